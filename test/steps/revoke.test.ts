import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { encodeName, subjectOf } from '../../src/pki/name.ts';
import type { CrlRequest } from '../../src/pki/request.ts';
import { issueCrl } from '../../src/steps/issue-crl.ts';
import { observationIn } from '../../src/steps/recorded-facts.ts';
import { revoke } from '../../src/steps/revoke.ts';
import { forge } from '../forge/forge.ts';
import { recordCeremony } from '../forge/record.ts';
import { deciding } from '../forge/revoking.ts';
import { type Falsified, facts, recordOf, terminalOf, withoutEvent } from './recording.ts';

const { record, follows } = deciding();
const before = await forge(follows === true ? {} : follows);
const recording = await recordCeremony({ ...record, follows: before.files });
const { judges, judged, stepOf, recordedBy, events, files, plan } = recordOf(recording);
const step = stepOf('decision');
const finding = (message: string) => `STEP-REVOKE step ${step.number} "decision": ${message}`;
const changed = (change: (facts: Falsified) => void) =>
  facts('decision', (all, event) => {
    if (event.type === 'observation') change(all);
  });
const answered = (change: (values: Falsified, event: Falsified) => void) =>
  facts('decision', (all, event) => {
    if (event.type === 'answer') change(all, event);
  });
const seen = observationIn(
  events.filter((event) => 'step' in event && event.step === 'decision'),
  'revocation',
);

test('the record has the certificate, why, since when it is known, and until when it is due', () => {
  const { certificate, isCa, reason, revokedAt, known, reportedBy, deadlines } = seen?.facts ?? {};
  assert.deepEqual([certificate, isCa, reason, reportedBy], ['tls-ca-1', true, 'superseded', '1']);
  assert.equal(revokedAt, '2027-03-10T09:00:00Z');
  assert.match(String(known), /^2027-03-10T09:00:\d\dZ$/);
  assert.deepEqual(deadlines, [
    {
      clause: 'TLS BR §4.9.1.2',
      what: 'revoke the certificate of the CA',
      until: String(known).replace('03-10', '03-17'),
    },
    { clause: 'TLS BR §4.9.7', what: 'publish the CRL that says so', until: '2027-03-11T09:00:00Z' },
  ]);
});

judges('decision', [
  ['nothing was decided', withoutEvent('decision', 'observation'), finding('nothing was decided')],
  ['nobody was asked', withoutEvent('decision', 'answer'), finding('nothing was decided')],
  [
    'a deadline is another',
    changed((all) => {
      all.deadlines[1].until = '2027-04-10T09:00:00Z';
    }),
    /^STEP-REVOKE step \d+ "decision": the record says \[.*2027-04-10T09:00:00Z.*\] as "deadlines", expected \[.*\]$/,
  ],
  [
    'the certificate is another',
    changed((all) => {
      all.serial = `01${'ab'.repeat(16)}`;
    }),
    /the record says "01(ab){16}" as "serial", expected "01[0-9a-f]{32}"$/,
  ],
  [
    'the reason is another than the script has',
    changed((all) => {
      all.reason = 'keyCompromise';
    }),
    finding('the record says "keyCompromise" as "reason", expected "superseded"'),
  ],
  [
    'it is dated before the decision',
    changed((all) => {
      all.revokedAt = '2027-03-01T09:00:00Z';
    }),
    finding('the record says "2027-03-01T09:00:00Z" as "revokedAt", expected "2027-03-10T09:00:00Z"'),
  ],
  [
    'something is added',
    changed((all) => {
      all.invalidSince = '2027-03-01T09:00:00Z';
    }),
    finding('the record says "2027-03-01T09:00:00Z" as "invalidSince", expected null'),
  ],
  [
    'it was decided when the step was over',
    changed((all) => {
      all.decidedAt = '2027-03-10T09:59:00Z';
      all.revokedAt = '2027-03-10T09:59:00Z';
      all.deadlines[1].until = '2027-03-11T09:59:00Z';
    }),
    finding('it was decided at 2027-03-10T09:59:00Z, outside the time of the step'),
  ],
  [
    'it is not on record when it was decided',
    changed((all) => {
      delete all.decidedAt;
    }),
    finding('it is not on record when the CA came to know, who reported it, or when it was decided'),
  ],
  [
    'the CA knew of it only later',
    answered((values) => {
      values.known = '2027-03-11T09:00:00Z';
    }),
    /"known" is "2027-03-11T09:00:00Z": that is in the future: it is now 2027-03-10T09:00:\d\dZ/,
  ],
  [
    'nobody reported it',
    answered((values) => {
      values.reportedBy = '';
    }),
    /"reportedBy" is "": expected 1 to 200 characters/,
  ],
  [
    'somebody else decided, and nobody checked it',
    answered((_values, event) => {
      event.seat = 'gus';
      event.checkedBy = [];
    }),
    [finding('"gus" answered; the plan asks "dana"'), finding('the answer is checked by nobody; the plan says gus')],
  ],
  [
    'the certificate is not in the pack',
    { files: (all) => void all.delete(usedPath('revoked')) },
    finding('"tls-ca-1" is not in the pack'),
  ],
  [
    'the certificate of another CA lies in its place',
    { files: (all) => void all.set(usedPath('revoked'), otherCa()) },
    /the certificate "tls-ca-1", SHA-256 [0-9a-f]{64}, is not signed by "root"$/,
  ],
]);

function usedPath(name: string): string {
  const used = plan.uses?.[name];
  return used && 'path' in used ? used.path : '';
}

/** Self-signed, and of another key. */
function otherCa(): Uint8Array {
  const all = Buffer.from(files.get(usedPath('revoked')) ?? []);
  all[all.length - 1] = (all.at(-1) ?? 0) ^ 1;
  return all;
}

describe('deciding', () => {
  const at = '2027-03-10T09:30:20Z';
  const pack = {
    list: async () => [...files.keys()],
    read: async (path: string) => files.get(path) as Uint8Array,
    open: async (path: string) => files.get(path) as Uint8Array,
  };
  const decided = async (answers: readonly string[], params: object = {}, over: object = {}) => {
    const { terminal, asked } = terminalOf(...answers);
    const said: string[] = [];
    const context = {
      attempts: { attended: <T>(attempt: () => Promise<T>) => attempt() },
      clock: { now: () => at },
      pack: { ...pack, ...over },
      terminal: { ...terminal, say: async (lines: readonly string[]) => void said.push(...lines) },
    };
    const run = await recordedBy(revoke, { ...step, params: { ...step.params, ...params } }, context);
    return { ...run, asked, said };
  };

  test('says what follows, and asks whether that is it', async () => {
    const { events: yielded, error, said, asked } = await decided(['2027-03-02T09:30:00Z', 'The auditor', 'yes']);
    assert.equal(error, undefined);
    assert.deepEqual(
      yielded.map(({ type }) => type),
      ['answer', 'observation'],
    );
    assert.deepEqual(said.slice(1), [
      'It is revoked on 2027-03-10T09:30:00Z, for superseded.',
      'The CA has known since 2027-03-02T09:30:00Z, from: The auditor',
      'By 2027-03-09T09:30:00Z: revoke the certificate of the CA (TLS BR §4.9.1.2) PAST',
      'By 2027-03-11T09:30:00Z: publish the CRL that says so (TLS BR §4.9.7)',
    ]);
    assert.deepEqual(
      asked.map(({ kind }) => kind),
      ['utc', 'text', 'yes-no'],
    );
  });

  const CASES: readonly (readonly [
    name: string,
    answers: readonly string[],
    params: object,
    code: string,
    message: RegExp,
  ])[] = [
    ['nobody says yes', ['2027-03-10T09:00:00Z', 'x', 'no'], {}, 'ANSWER_REFUSED', /^"no" was answered/],
    [
      'the CA knows of it tomorrow',
      ['2027-03-11T09:00:00Z'],
      {},
      'ANSWER_REFUSED',
      /^"2027-03-11T09:00:00Z" was typed: that is in the future: it is now 2027-03-10T09:30:20Z$/,
    ],
    ['nobody reported it', ['2027-03-10T09:00:00Z', ''], {}, 'ANSWER_REFUSED', /^"" was typed: expected 1 to 200/],
    [
      'it is revoked later than the CRL',
      [],
      { revoked: '2027-03-11T09:00:00Z' },
      'REVOCATION_UNFIT',
      /^"tls-ca-1" is revoked on 2027-03-11T09:00:00Z, after the date of the CRL, 2027-03-10T09:30:00Z$/,
    ],
    [
      'the last CRL did not say so',
      [],
      { revoked: '2027-03-10T08:00:00Z' },
      'REVOCATION_UNFIT',
      /before the last CRL of 2027-03-10T09:00:00Z, which did not say so/,
    ],
    [
      'no certificate has the serial number',
      [],
      { certificate: undefined, serial: '01ff' },
      'REVOCATION_UNFIT',
      /^this CA has issued no certificate with the serial number 01ff, by its ledger$/,
    ],
  ];
  for (const [name, answers, params, code, message] of CASES) {
    test(`is refused where ${name}, and nothing is recorded`, async () => {
      const { events: yielded, error } = await decided(answers, params);
      assert.deepEqual(yielded, []);
      assert.ok(error instanceof CeremonyError);
      assert.equal(error.code, code);
      assert.match(error.message, message);
    });
  }

  test('takes a certificate by its serial number in the ledger, as programs print it', async () => {
    const serial = String(seen?.facts['serial']);
    for (const written of [serial, serial.toUpperCase(), `00${serial}`]) {
      const { error, events: yielded } = await decided(['2027-03-10T09:00:00Z', 'x', 'yes'], {
        certificate: undefined,
        serial: written,
      });
      assert.equal(error, undefined);
      const made = yielded.at(-1);
      assert.equal(made?.type === 'observation' ? made.facts['sha256'] : '', seen?.facts['sha256']);
    }
  });
});

describe('the CRL that takes it up', () => {
  const crl = stepOf('crl');
  const proposed = events.find((event) => event.type === 'proposed' && event.step === 'crl');
  const propose = (change: (request: CrlRequest) => CrlRequest) => {
    const ceremony = { plan, events: () => events.filter(({ seq }) => seq < (proposed?.seq ?? 0)) };
    const pack = {
      list: async () => [...files.keys()],
      read: async (path: string) => files.get(path),
      open: async (path: string) => files.get(path),
    };
    const issue = { ...lazyIssue, tbsCertList: (request: CrlRequest) => lazyIssue.tbsCertList(change(request)) };
    return issueCrl.propose?.(crl.params as never, crl, { ceremony, pack, issue } as never, proposed?.at ?? '');
  };

  test('lists it, and is judged by it', () => {
    assert.deepEqual(judged('crl'), []);
    assert.match(
      judged('crl', withoutEvent('decision', 'observation')).join('\n'),
      /number of entries is 1, asked for 0/,
    );
  });

  test('is proposed as it was approved', async () =>
    assert.equal(
      sha256((await propose((request) => request))?.payload ?? Buffer.alloc(0)),
      proposed?.type === 'proposed' ? sha256(files.get(proposed.payload ?? '') ?? Buffer.alloc(0)) : '',
    ));

  const CHANGES: readonly (readonly [name: string, change: (request: CrlRequest) => CrlRequest])[] = [
    ['an entry is lost', (request) => ({ ...request, revoked: [] })],
    [
      'a reason is left out',
      (request) => ({ ...request, revoked: Array.from(request.revoked, (entry) => ({ ...entry, reason: undefined })) }),
    ],
    ['a number is used again', (request) => ({ ...request, number: request.number - 1n })],
    [
      'the issuer is another',
      (request) => ({ ...request, issuer: { ...request.issuer, name: encodeName(subjectOf({ CN: 'Another' })) } }),
    ],
  ];
  for (const [name, change] of CHANGES) {
    test(`is not proposed where ${name} on the way to its bytes`, async () => {
      await assert.rejects(async () => propose(change), {
        code: 'LINT_FAILED',
        message: /^the to-be-signed CRL differs from what was asked: /,
      });
    });
  }
});
