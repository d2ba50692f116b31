import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { PREVIOUS_LEDGER } from '../../src/ledger/carried.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { PATH } from '../../src/pack/layout.ts';
import { lintDraft } from '../../src/plan/lint-draft.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { forge } from '../forge/forge.ts';
import { deciding } from '../forge/revoking.ts';
import { WINDOW } from '../forge/stage.ts';
import { type Edit, edited, problemsAlone, TEMPLATES } from './planned.ts';

const SCRIPT = readFileSync(new URL('../../ceremonies/emergency-revocation.yaml', import.meta.url), 'utf8');
const WITH = 'with: { issuer: root, certificate: revoked, reason: cessationOfOperation }';

const problems = (...edits: readonly Edit[]) => problemsAlone(SCRIPT, edits);
/** The parameters of the step that decides. */
const decides = (parameters: string): Edit => [WITH, `with: { ${parameters} }`];

describe('a decision to revoke', () => {
  test('is taken up by the CRL that follows', () => assert.deepEqual(problems(), []));

  test('that no CRL takes up revokes nothing', () =>
    assert.deepEqual(problems(['decisions: [decision], ', '']), [
      'PLAN_NAME no CRL takes up the decision "decision": nothing would be revoked by it',
    ]));

  test('stands before its CRL, whatever else happens', () => {
    const step = SCRIPT.split('\n').find((line) => line.includes('id: decision,')) ?? '';
    const late: Edit = ['      - { id: lock,', `${step}\n      - { id: lock,`];
    assert.deepEqual(problems([`${step}\n`, ''], late), ['PLAN_ORDER "decision" is not decided before this step']);
    const asked: Edit = [
      step,
      `      - { id: agree, step: confirm, by: administrator, say: Agreed?, with: { answer: yes-or-no } }\n${step.replace(/ \}$/, ', when: { answer: agree, is: yes } }')}`,
    ];
    assert.ok(problems(asked).includes('PLAN_ORDER "decision" is not decided before this step'));
  });

  test('is one step, of one CRL', () => {
    assert.deepEqual(problems(['decisions: [decision]', 'decisions: [incident]']), [
      'PLAN_NAME no CRL takes up the decision "decision": nothing would be revoked by it',
      'PLAN_NAME there is no step "incident" of type revoke',
    ]);
    assert.ok(
      problems(['step: revoke, by: policy-authority, check', 'step: revoke, each: crypto-officer, check']).includes(
        'PLAN_PEOPLE several people would decide it each for themselves',
      ),
    );
    assert.ok(
      problems(['step: revoke, by: policy-authority, check', 'step: revoke, check']).includes(
        'PLAN_PEOPLE nobody decides this',
      ),
    );
    const crl = SCRIPT.split('\n').find((line) => line.includes('id: crl,')) ?? '';
    const second = crl
      .replace('id: crl', 'id: second')
      .replace('example-root-g1.crl', 'two.crl')
      .replace('crl: root }', 'crl: two }');
    assert.ok(
      problems([crl, `${crl}\n${second}`]).includes('PLAN_NAME what "decision" decides is taken up by "second" too'),
    );
  });

  test('names the certificate in one way', () => {
    assert.deepEqual(problems(decides('issuer: root, reason: superseded')), [
      'PLAN_PARAMETER it is not said which certificate is revoked',
    ]);
    assert.deepEqual(problems(decides('issuer: root, certificate: revoked, serial: 01ff, reason: superseded')), [
      'PLAN_PARAMETER the certificate is named twice',
    ]);
    assert.deepEqual(problems(decides('issuer: root, certificate: other, reason: superseded')), [
      'PLAN_NAME the script uses no certificate "other"',
    ]);
    assert.deepEqual(problems(decides('issuer: other, certificate: revoked, reason: superseded')), [
      'PLAN_NAME "decision" revokes what "other" has issued, not "root"',
      'PLAN_NAME the certificate "other" is not there before this step',
    ]);
    assert.deepEqual(problems(['of: example-root-g1 }\ntokens', 'of: example-root-g2 }\ntokens']), [
      'PLAN_NAME "revoked" was not issued by "root"',
    ]);
  });

  test('follows no CRL of another CA', () =>
    assert.deepEqual(problems(['{ crl: latest, of: example-root-g1 }', '{ crl: latest, of: example-root-g2 }']), [
      'PLAN_NAME "published-crl" must equal the CRL "last-crl", which is not of "root"',
      'PLAN_NAME the CRL "last-crl" is not of "root"',
    ]));

  test('says why, in one of the words that a CRL has for good', () => {
    for (const reason of ['', ', reason: unspecified', ', reason: removeFromCRL']) {
      const [found = ''] = problems(decides(`issuer: root, certificate: revoked${reason}`));
      assert.match(found, /reason/);
    }
  });

  test('puts on hold where no pack is claimed that knows no holds', () => {
    assert.deepEqual(problems(decides('issuer: root, certificate: revoked, reason: certificateHold')), [
      'PLAN_PARAMETER the script claims "cabf-tls", under which there is no certificate on hold (TLS BR 2.2.6 §7.2.2)',
    ]);
  });

  test('has dates that follow one another', () => {
    const at = (dates: string) => problems(decides(`issuer: root, certificate: revoked, reason: superseded, ${dates}`));
    assert.match(at('revoked: 2027-02-30T09:00:00Z')[0] ?? '', /a time that exists, as YYYY-MM-DDTHH:MM:SSZ/);
    assert.deepEqual(at('revoked: 2027-04-12T09:00:00Z'), [
      `PLAN_DATE "revoked" is revoked on 2027-04-12T09:00:00Z, after the date of the CRL, ${WINDOW.until}`,
    ]);
    assert.deepEqual(at('revoked: 2027-03-10T09:00:00Z, invalid-since: 2027-03-10T10:00:00Z'), [
      'PLAN_DATE the invalidity date of "revoked", 2027-03-10T10:00:00Z, is after its revocation',
    ]);
    assert.deepEqual(at('revoked: 2027-03-10T09:00:00Z, invalid-since: 2027-02-10T10:00:00Z'), []);
  });

  test('may rest on a list of certificates, which is read before', () => {
    const input: Edit = ['inputs:\n', 'inputs:\n  shown: { type: issued-list, issuer: root, on: inbox }\n'];
    const by = decides('issuer: root, certificates: shown, reason: superseded');
    const read: Edit = [
      '  - title: The decision\n    steps:\n',
      '  - title: The decision\n    steps:\n      - { id: read-shown, step: read-input, by: administrator, with: { input: shown } }\n',
    ];
    assert.deepEqual(problems(input, by, read), []);
    assert.deepEqual(problems(input, by), [
      'PLAN_ORDER the input "shown" is never read',
      'PLAN_ORDER the list "shown" is not read before this step',
    ]);
    assert.deepEqual(problems(by), ['PLAN_NAME there is no input "shown" of type issued-list']);
    assert.deepEqual(problems(input, read), [
      'PLAN_NAME "shown" lists what "root" has issued, and the script uses that from the ledger, which has it all',
    ]);
  });
});

const PACK = await forge(deciding());

/** The window of the ceremony, without what lies before the CRL that it follows. */
const AFTER = ['2027-03-10T10:00:00Z', WINDOW.until] as const;

/** With the pack before: what is planned, and what is linted. */
async function linted(decision: string, ...edits: readonly Edit[]): Promise<string[]> {
  const text = String(deciding(decision).record?.script?.(''));
  const script = readScript(Buffer.from(edited(text, edits)), 'script.yaml', STEP_TYPES);
  const planning = makePlan({
    ...{ script, stepTypes: STEP_TYPES, templates: TEMPLATES, window: AFTER },
    site: readSite(PACK.files.get(PATH.site) as Uint8Array, 'site.yaml'),
    ledger: readLedger(PACK.files.get(PREVIOUS_LEDGER) as Uint8Array),
  });
  const carried = new Map([...PACK.files].filter(([path]) => path.startsWith('previous/')));
  const draft = planning.draft && { ...planning.draft, carried };
  const found = draft ? await lintDraft(draft, script.positions, lazyIssue, AFTER) : [];
  return [...planning.problems, ...found].flatMap(({ severity, code, text: said }) =>
    severity === 'problem' ? [`${code} ${said}`] : [],
  );
}

/** The same decision in a second step. */
const TWICE: readonly Edit[] = [
  ['decisions: [decision]', 'decisions: [decision, again]'],
  [
    '  - title: The CRL\n',
    `      - { id: again, step: revoke, by: administrator, with: { issuer: root, certificate: revoked, reason: superseded } }
  - title: The CRL\n`,
  ],
];

describe('what a CRL will list is linted before the ceremony', () => {
  test('a reason that the rules allow', async () =>
    assert.deepEqual(await linted('certificate: revoked, reason: keyCompromise'), []));

  test('cACompromise is no reason under the TLS requirements, and one of RFC 5280', async () => {
    const found = await linted('certificate: revoked, reason: cACompromise');
    assert.match(
      found.join('\n'),
      /^PLAN_LINT error cabf-tls\/crl-reason-permitted: the entry of 01[0-9a-f]{32} has the reason cACompromise/,
    );
    assert.deepEqual(
      await linted('certificate: revoked, reason: cACompromise', ['rules: [rfc5280, cabf-tls]', 'rules: [rfc5280]']),
      [],
    );
  });

  test("the CA's own certificate is not revoked by its own CRL", async () =>
    assert.deepEqual(await linted('certificate: root, reason: superseded'), [
      'PLAN_NAME "root" is that CA\'s own: no CRL of its own revokes it',
    ]));

  test('one certificate has one entry', async () =>
    assert.match(
      (await linted('certificate: revoked, reason: superseded', ...TWICE)).join('\n'),
      /^PLAN_NAME the serial number 01[0-9a-f]{32} is revoked twice/,
    ));
});

describe('a revocation list that rests on a list of certificates', () => {
  const REFRESH = readFileSync(new URL('../../ceremonies/crl-refresh.yaml', import.meta.url), 'utf8');
  const shown = (issuer: string): Edit => [
    'inputs:\n',
    `inputs:\n  shown: { type: issued-list, issuer: ${issuer}, on: inbox }\n`,
  ];
  const names: Edit = ['revocation-list, issuer: root,', 'revocation-list, issuer: root, certificates: shown,'];
  const step = '      - { id: read-shown, step: read-input, by: administrator, with: { input: shown } }\n';
  const line = REFRESH.split('\n').find((one) => one.includes('id: read-revocations')) ?? '';
  const found = (...edits: readonly Edit[]) => problemsAlone(REFRESH, edits);

  test('reads that before it', () => {
    assert.deepEqual(found(shown('root'), names, [line, `${step}${line}`]), []);
    assert.deepEqual(found(shown('root'), names, [line, `${line}\n${step.trimEnd()}`]), [
      'PLAN_ORDER the list "shown" is not read before this step',
    ]);
  });

  test('names one that there is, of the same CA', () => {
    assert.ok(
      found(names).some((one) => /^NAME_UNKNOWN .*"shown"/.test(one)),
      found(names).join('\n'),
    );
    const other: Edit = ['tokens:\n', '  other: { certificate: other, of: other-g1 }\ntokens:\n'];
    assert.deepEqual(found(other, shown('other'), names, [line, `${step}${line}`]), [
      'PLAN_NAME "shown" lists what "other" has issued, not "root"',
    ]);
    const decision = decides('issuer: root, certificates: shown, reason: superseded');
    assert.ok(
      problems(other, shown('other'), decision, [
        '  - title: The decision\n    steps:\n',
        `  - title: The decision\n    steps:\n${step}`,
      ]).includes('PLAN_NAME "shown" lists what "other" has issued'),
    );
  });
});
