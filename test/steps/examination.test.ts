import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { lastRowOf } from '../../src/base/words.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import type { PutUp, Running, TurnedDown } from '../../src/plan/step-type.ts';
import type { NewFiles, Question } from '../../src/ports.ts';
import { describeOperation } from '../../src/quorum/operation.ts';
import { examine } from '../../src/steps/examination.ts';
import type { Event } from '../../src/transcript/event.ts';
import { EVENTS, FILES, judges, recordedBy, stepOf } from './vault.ts';

const STEP = 'step 22 "cert-agreed"';
const seqOf = (key: string) =>
  EVENTS.findLast((event) => event.type === 'proposed' && event.step === key)?.seq as number;
const [CERTIFICATE, CRL] = [seqOf('root-certificate'), seqOf('first-crl')];
const digestOf = (key: string) => (EVENTS[seqOf(key) - 1] as Event & { type: 'proposed' }).digest;
const about = (subject: string, proposal: number) => (event: Event) =>
  event.type === 'observation' && event.subject === subject && event.facts['proposal'] === proposal;
const without = (subject: string, proposal: number) => ({
  keep: (event: Event) => !about(subject, proposal)(event),
});
const changed = (subject: string, proposal: number, change: (facts: Record<string, unknown>) => void) => ({
  event: (event: Event) => {
    if (about(subject, proposal)(event)) change((event as { facts: Record<string, unknown> }).facts);
  },
});

const proposal = (seq: number, key: string) => `${STEP}: proposal ${seq} of "${key}"`;

judges('cert-agreed', [
  [
    'the second screen was left out of one',
    without('second-screen', CRL),
    `STEP-SECOND-SCREEN ${proposal(CRL, 'first-crl')} was signed by a token before it was held to the second screen`,
  ],
  [
    'the sheet was left out of one',
    without('sheet', CERTIFICATE),
    `STEP-SHEET ${proposal(CERTIFICATE, 'root-certificate')} was signed by a token before it was held to the sheet`,
  ],
  [
    'a token had signed before the sheet was there',
    {
      event: (event: Event) => {
        const first = EVENTS.find((one) => one.type === 'approval' && one.proposal === CRL);
        if (about('sheet', CRL)(event)) (event as { seq: number }).seq = (first?.seq ?? 0) + 1;
      },
    },
    `STEP-SHEET ${proposal(CRL, 'first-crl')} was signed by a token before it was held to the sheet`,
  ],
  [
    'the second screen had other words',
    changed('second-screen', CERTIFICATE, (facts) => {
      facts['words'] = 'aardvark adroitness absurd adviser';
    }),
    `STEP-SECOND-SCREEN ${proposal(CERTIFICATE, 'root-certificate')} has another digest than the second screen, which has "aardvark adroitness absurd adviser"`,
  ],
  [
    'the sheet has the words of the other operation',
    changed('sheet', CERTIFICATE, (facts) => {
      facts['words'] = lastRowOf(digestOf('first-crl'));
    }),
    `STEP-SHEET ${proposal(CERTIFICATE, 'root-certificate')} has another digest than the sheet, which has "${lastRowOf(digestOf('first-crl'))}"`,
  ],
  [
    'somebody else read the second screen',
    changed('second-screen', CERTIFICATE, (facts) => {
      facts['seat'] = 'dana';
    }),
    `STEP-SECOND-SCREEN ${proposal(CERTIFICATE, 'root-certificate')} was read on the second screen by "dana"; the plan asks "ivo"`,
  ],
  [
    'somebody else held it to the sheet',
    changed('sheet', CERTIFICATE, (facts) => {
      facts['seat'] = 'ivo';
    }),
    `STEP-SHEET ${proposal(CERTIFICATE, 'root-certificate')} was held to the sheet by "ivo"; the plan asks "dana"`,
  ],
  [
    'nobody checked the sheet',
    changed('sheet', CERTIFICATE, (facts) => {
      facts['checkedBy'] = [];
    }),
    `STEP-SHEET ${proposal(CERTIFICATE, 'root-certificate')} has a sheet that is not checked by ivo`,
  ],
  [
    'it went out on another medium',
    changed('second-screen', CRL, (facts) => {
      facts['medium'] = 'publish';
    }),
    `STEP-SECOND-SCREEN ${proposal(CRL, 'first-crl')} did not go out on 2 copies of "evidence"`,
  ],
  [
    'it went out on one copy of two',
    changed('second-screen', CRL, (facts) => {
      facts['copies'] = 1;
    }),
    `STEP-SECOND-SCREEN ${proposal(CRL, 'first-crl')} did not go out on 2 copies of "evidence"`,
  ],
  [
    'other to-be-signed bytes went out',
    changed('second-screen', CRL, (facts) => {
      facts['files'] = { ...(facts['files'] as object), [`proposals/${CRL}-first-crl.tbs`]: sha256('other') };
    }),
    `STEP-SECOND-SCREEN ${proposal(CRL, 'first-crl')} went out to the second screen as other files than it has`,
  ],
  [
    'the to-be-signed bytes did not go out',
    changed('second-screen', CRL, (facts) => {
      facts['files'] = { [`proposals/${CRL}-first-crl.json`]: digestOf('first-crl') };
    }),
    `STEP-SECOND-SCREEN ${proposal(CRL, 'first-crl')} went out to the second screen as other files than it has`,
  ],
]);

describe('what is put up', () => {
  const operation = {
    op: 'inventory',
    hsm: { name: 'root-hsm', serial: '1', model: 'HSM' },
    step: 'look',
    index: 0,
    hold: null,
  } as const;
  const look = describeOperation(operation);
  const tbs = Buffer.from(FILES.get(`approvals/${CERTIFICATE}.tbs`) as Uint8Array);
  const descriptor = canonicalBytes((EVENTS[CERTIFICATE - 1] as Event & { type: 'proposed' }).descriptor);
  const PUT_UP: readonly PutUp[] = [
    { seq: 7, step: { ...stepOf('hsm-empty'), id: 'look', key: 'look' }, descriptor: look.bytes, payload: null },
    { seq: 8, step: stepOf('root-certificate'), descriptor, payload: tbs },
  ];
  const [rowOfLook, rowOfCertificate] = [lastRowOf(look.digest), lastRowOf(sha256(descriptor))];

  /** Two copies of the medium; one may read back something else. */
  function mediaOf(spoiled?: string) {
    const written = [new Map<string, Uint8Array>(), new Map<string, Uint8Array>()];
    const media = (name: string) =>
      written.map((content, index) => ({
        name: `${name} ${index + 1}`,
        at: `/media/${index}`,
        files: {
          createAll: async (files: NewFiles) => {
            for await (const [path, bytes] of files) content.set(path, wholeOf(bytes));
          },
          read: async (path: string) => (path === spoiled ? Buffer.from('spoiled') : (content.get(path) as Uint8Array)),
        },
      }));
    return { written, media };
  }

  async function examined(params: object, answers: readonly string[], spoiled?: string) {
    const { written, media } = mediaOf(spoiled);
    const type = {
      run: (given: never, step: PlannedStep, context: never) => turned(examine(given, step, PUT_UP, context, 'open')),
    };
    const turnedDown: TurnedDown[] = [];
    async function* turned(running: Running<readonly TurnedDown[]>): Running {
      turnedDown.push(...(yield* running));
    }
    const step = { ...stepOf('cert-agreed'), params: { operations: [], ...params } };
    const { terminal, asked, said } = terminalSaying(...answers);
    const { events, error } = await recordedBy(type, step, { terminal, media });
    return { events, error, turnedDown, written, asked, said };
  }

  test('goes out on every copy, and is held to what is typed from there and from the sheets', async () => {
    const both = { sheet: 'printed', 'second-screen': 'auditor' };
    const answers = ['done', rowOfLook, rowOfCertificate.toUpperCase(), rowOfLook, rowOfCertificate];
    const { events, error, turnedDown, written, asked, said } = await examined(both, answers);
    assert.equal(error, undefined);
    assert.deepEqual(turnedDown, []);
    assert.deepEqual(
      written.map((content) => [...content].map(([path, bytes]) => [path, sha256(bytes)])),
      Array.from({ length: 2 }, () => [
        ['proposals/7-look.json', look.digest],
        ['proposals/8-root-certificate.json', sha256(descriptor)],
        ['proposals/8-root-certificate.tbs', sha256(tbs)],
      ]),
    );
    assert.deepEqual(
      asked.map(({ step, seat, kind, against }) => [step, seat, kind, against]),
      [
        ['open', 'dana', 'confirm', undefined],
        ['open', 'ivo', 'words', 'another-machine'],
        ['open', 'ivo', 'words', 'another-machine'],
        ['open', 'dana', 'words', 'paper'],
        ['open', 'dana', 'words', 'paper'],
      ],
    );
    assert.ok(said.includes('quorate show …/proposals/8-root-certificate.json'));
    assert.ok(said.some((line) => line.includes('"REHEARSAL Example Root CA G1"')));
    assert.deepEqual(
      events.map((event) => event.type === 'observation' && [event.step, event.subject, event.facts]),
      [
        [
          'open',
          'second-screen',
          {
            proposal: 7,
            seat: 'ivo',
            medium: 'evidence',
            copies: 2,
            files: { 'proposals/7-look.json': look.digest },
            words: rowOfLook,
          },
        ],
        [
          'open',
          'second-screen',
          {
            proposal: 8,
            seat: 'ivo',
            medium: 'evidence',
            copies: 2,
            files: {
              'proposals/8-root-certificate.json': sha256(descriptor),
              'proposals/8-root-certificate.tbs': sha256(tbs),
            },
            words: rowOfCertificate,
          },
        ],
        ['open', 'sheet', { proposal: 7, seat: 'dana', checkedBy: ['ivo'], words: rowOfLook }],
        ['open', 'sheet', { proposal: 8, seat: 'dana', checkedBy: ['ivo'], words: rowOfCertificate }],
      ],
    );
  });

  test('is turned down where the second screen shows another digest, and comes onto no sheet then', async () => {
    const both = { sheet: 'printed', 'second-screen': 'auditor' };
    const { events, turnedDown, asked } = await examined(both, ['done', rowOfLook, rowOfLook, 'yes', rowOfLook]);
    assert.deepEqual(turnedDown, [
      { seq: 8, seat: 'ivo', reason: `the second screen shows "${rowOfLook}" of "root-certificate" (proposal 8)` },
    ]);
    assert.deepEqual(
      events.map((event) => event.type === 'observation' && [event.subject, event.facts['proposal']]),
      [
        ['second-screen', 7],
        ['sheet', 7],
      ],
    );
    assert.equal(asked.length, 5);
  });

  test('is turned down where a sheet says something else; what was mistyped is typed again', async () => {
    const { events, turnedDown } = await examined({ sheet: 'printed' }, [
      'one two three four',
      'no',
      rowOfLook,
      'four',
      'yes',
    ]);
    assert.deepEqual(turnedDown, [
      { seq: 8, seat: 'dana', reason: 'the sheet of "root-certificate" (proposal 8) says "four"' },
    ]);
    assert.equal(events.length, 1);
  });

  test('is not asked about where the script does not say so', async () => {
    const { events, error, turnedDown, asked, written } = await examined({}, []);
    assert.deepEqual(
      [events, error, turnedDown, asked, written.map(({ size }) => size)],
      [[], undefined, [], [], [0, 0]],
    );
  });

  test('is refused where a medium reads back something else, before anybody goes to the second screen with it', async () => {
    const { error, asked } = await examined(
      { 'second-screen': 'auditor' },
      ['done'],
      'proposals/8-root-certificate.tbs',
    );
    assert.match(String(error), /"proposals\/8-root-certificate\.tbs" reads back differently from medium evidence 1/);
    assert.equal(asked.length, 1);
  });
});

/** A terminal at which these are typed, one after the other. */
function terminalSaying(...answers: readonly string[]) {
  const asked: Question[] = [];
  const said: string[] = [];
  const terminal = {
    say: async (lines: readonly string[]) => void said.push(...lines),
    ask: async (question: Question) => {
      asked.push(question);
      return answers[asked.length - 1] ?? assert.fail(`nobody knows what to type at "${question.text}"`);
    },
  };
  return { terminal, asked, said };
}
