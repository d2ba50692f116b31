import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { holdKeyState } from '../../src/plan/key-destroyed.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import { EMPTY_WORLD, type WorldCertificate } from '../../src/plan/world.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { withBackup } from '../forge/backup.ts';
import { decidingScript, destroyingScript, erasingScript } from '../forge/destroying.ts';
import { backupSiteText, siteText } from '../forge/stage.ts';
import { TEMPLATES } from './planned.ts';

const FORGED = readFileSync(new URL('../forge/script.yaml', import.meta.url), 'utf8');
const SCRIPT = destroyingScript(FORGED);
const SITE = siteText('rehearsal');
/** The key is on two HSMs: destroyed on the first, it is still on the second. */
const COPIED = edited(
  withBackup(FORGED).replace('sign: 3 }', 'sign: 3, destroy: 3 }'),
  '  - title: Judgement\n',
  `  - title: Destruction
    steps:
      - { id: gone, step: destroy-key, by: administrator, check: witness, with: { key: root, token: root-hsm, reason: "Its time is over." } }
  - title: Judgement
`,
);

function edited(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, to);
  assert.notEqual(changed, text, `"${String(from)}" is not there`);
  return changed;
}

function problemsOf(script: string, site: string = SITE): string[] {
  return makePlan({
    script: readScript(Buffer.from(script), 'script.yaml', STEP_TYPES),
    site: readSite(Buffer.from(site), 'site.yaml'),
    stepTypes: STEP_TYPES,
    templates: TEMPLATES,
    window: ['2027-03-01T00:00:00Z', '2027-03-31T23:59:59Z'],
  }).problems.map(({ code, text }) => `${code} ${text}`);
}

/** A step behind the destruction. */
const then = (step: string) => edited(SCRIPT, /^( +- \{ id: destroyed,.*\n)/m, `$1      - ${step}\n`);
const CRL =
  '{ id: late-crl, step: issue-crl, with: { issuer: root, first: true, this-update: { at: proposal, floor: PT1M }, next-update: { from: this-update, plus: P364D } }, out: late.crl, makes: { crl: late } }';

describe('in the plan, a key is destroyed', () => {
  test('where it is the last and the script says so, or another HSM keeps it and it does not', () => {
    assert.deepEqual(problemsOf(SCRIPT), []);
    assert.deepEqual(problemsOf(COPIED, backupSiteText('rehearsal')), []);
  });

  const cases: readonly (readonly [name: string, script: string, ...problems: string[]])[] = [
    [
      'the last, and nobody says so',
      edited(SCRIPT, ', last: true }', ' }'),
      'PLAN_ORDER no other HSM is known to hold the key "root" after this: nothing could be signed with it any more',
    ],
    [
      'one that is not made',
      edited(SCRIPT, 'key: root, token: root-hsm, reason', 'key: rood, token: root-hsm, reason'),
      'PLAN_NAME no key "rood" is made or used before this',
    ],
    [
      'on an HSM that is not there',
      edited(
        SCRIPT,
        'token: root-hsm, reason: "Its time is over.", last',
        'token: other-hsm, reason: "Its time is over.", last',
      ),
      'PLAN_TOKEN the script has no token "other-hsm"',
    ],
    [
      'by nobody, and nobody reads the phrase',
      edited(SCRIPT, 'step: destroy-key, by: administrator, check: witness,', 'step: destroy-key,'),
      'PLAN_PEOPLE nobody types the phrase',
      'PLAN_PEOPLE nobody reads what is typed',
    ],
    [
      'while an activation is held',
      edited(edited(SCRIPT, /^ +- \{ id: lock,.*\n/m, ''), /^ {2}- title: Destruction\n {4}steps:\n/m, '').replace(
        'operations: 4 }',
        'operations: 5 }',
      ),
      'PLAN_ACTIVATION the act "Root key" leaves the HSM "root-hsm" active',
      'PLAN_ACTIVATION "root-hsm" is active here: a key is destroyed within a login of its own',
    ],
    [
      'twice',
      then(
        '{ id: again, step: destroy-key, by: administrator, check: witness, with: { key: root, token: root-hsm, reason: "Its time is over.", last: true } }',
      ),
      'PLAN_ORDER the key "root" is not on "root-hsm" here',
    ],
    [
      'before a CRL is signed with it',
      edited(
        then('{ id: crl-agreed, step: approve, by: administrator, check: auditor, with: { operations: [late-crl] } }'),
        /^( +- \{ id: crl-agreed.*\n)/m,
        `$1      - ${CRL}\n`,
      ),
      'PLAN_ORDER the key "root" would sign, and "destroyed" has destroyed it before this',
      'PLAN_ORDER the step "first-crl" signs a CRL with the same key: both would have one number',
    ],
  ];
  for (const [name, script, ...problems] of cases)
    test(`refused: ${name}`, () => assert.deepEqual(problemsOf(script), problems));

  test('refused: it is called the last, and another HSM has it', () => {
    const script = edited(
      COPIED,
      'reason: "Its time is over." } }\n  - title: Judgement',
      'reason: "Its time is over.", last: true } }\n  - title: Judgement',
    );
    assert.deepEqual(problemsOf(script, backupSiteText('rehearsal')), [
      'PLAN_ORDER it is not the last: the key "root" is on "backup-hsm" too',
    ]);
  });

  test('of an earlier ceremony, by the script alone, said to be the last or not: where else it is the ledger knows', () => {
    const shipped = readFileSync(new URL('../../ceremonies/destruction.yaml', import.meta.url), 'utf8');
    const alone = (script: string) =>
      makePlan({
        script: readScript(Buffer.from(script), 'script.yaml', STEP_TYPES),
        stepTypes: STEP_TYPES,
        templates: TEMPLATES,
        window: ['2027-03-01T00:00:00Z', '2027-03-31T23:59:59Z'],
      }).problems.map(({ text }) => text);
    const erasing = (last: string) =>
      edited(
        edited(shipped, /^ +- title: The key\n +steps:\n +- \{ id: root-key-destroyed,.*\n/m, ''),
        'is kept." } }\n      - { id: envelopes-shredded',
        `is kept.", destroys: [root-key]${last} } }\n      - { id: envelopes-shredded`,
      );
    for (const script of [shipped, edited(shipped, 'last: true, ', ''), erasing(''), erasing(', last: [root-key]')])
      assert.deepEqual(alone(script), []);
  });

  test('refused: a proof of it where it was destroyed; not one where it still is', () => {
    const proof = (tokens: string) =>
      edited(
        COPIED,
        /^( +- \{ id: gone,.*\n)/m,
        `$1      - { id: again, step: prove-copy, with: { key: root, tokens: ${tokens} } }\n`,
      );
    assert.deepEqual(problemsOf(proof('[backup-hsm, root-hsm]'), backupSiteText('rehearsal')), [
      'PLAN_ORDER the key "root" would sign, and "gone" has destroyed it before this',
      'PLAN_ORDER nothing puts the key "root" on "root-hsm" before this',
    ]);
  });

  test('with a CA below it: CRLs go on, or the script says why not', () => {
    const hierarchy = readFileSync(new URL('../../ceremonies/whole-hierarchy.yaml', import.meta.url), 'utf8');
    const act = (more: string) => `  - title: Destruction
    steps:
      - { id: gone, step: destroy-key, by: administrator, check: witness, with: { key: root, token: root-hsm, reason: "Its time is over.", last: true${more} } }
`;
    const scripted = (more: string) => edited(hierarchy, /^( {2}- title: Judgement)/m, `${act(more)}$1`);
    const alone = (script: string) =>
      makePlan({
        script: readScript(Buffer.from(script), 'script.yaml', STEP_TYPES),
        stepTypes: STEP_TYPES,
        templates: TEMPLATES,
        window: ['2027-03-01T00:00:00Z', '2027-03-31T23:59:59Z'],
      })
        .problems.filter(({ severity }) => severity === 'problem')
        .map(({ text }) => text);
    assert.match(alone(scripted('')).join('\n'), /certificates that the key "root" has signed have not expired \(/);
    assert.doesNotMatch(
      alone(scripted(', no-more-crls: "Both CAs were revoked, and the last CRL is published."')).join('\n'),
      /have not expired/,
    );
  });
});

describe('in the plan, a token is erased', () => {
  const ERASED = erasingScript(FORGED);
  const named = ', destroys: [root], last: [root]';
  const cases: readonly (readonly [name: string, script: string, ...problems: string[]])[] = [
    ['with every key on it named, and said to be the last', ERASED],
    [
      'with a key that is not named',
      edited(ERASED, named, ''),
      'PLAN_NAME the key "root" is on "root-hsm" and would go with it',
      'PLAN_ORDER no other HSM is known to hold the key "root" after this',
    ],
    [
      'with a key that is not on it',
      edited(ERASED, named, ', destroys: [root, rood], last: [root]'),
      'PLAN_NAME the key "rood" is not on "root-hsm" here',
    ],
    [
      'once its key was destroyed',
      edited(
        edited(
          SCRIPT,
          /^( +- \{ id: destroyed,.*\n)/m,
          '$1      - { id: erased, step: zeroize-token, by: administrator, check: witness, with: { token: root-hsm, reason: "Its time is over." } }\n',
        ),
        'Destruction',
        'End',
      ),
    ],
    [
      'before it is looked at again',
      edited(
        ERASED,
        /^( +- \{ id: erased,.*\n)/m,
        '$1      - { id: agreed, step: approve, by: administrator, check: auditor, with: { operations: [again] } }\n      - { id: again, step: inspect-token, with: { token: root-hsm, level: full } }\n',
      ),
      'PLAN_ORDER "root-hsm" was erased before this: nothing more is done with it',
    ],
  ];
  for (const [name, script, ...problems] of cases) test(name, () => assert.deepEqual(problemsOf(script), problems));
});

describe('in the plan, a key that is not active yet', () => {
  const world = { ...EMPTY_WORLD, states: new Map([['root', { state: 'pre-activation' as const, by: 'root-key' }]]) };
  const problemOf = (step: Partial<PlannedStep>): string[] => {
    const problems: string[] = [];
    const said = { type: '', params: { key: 'root' }, makes: {}, operation: 'sign', ...step } as PlannedStep;
    holdKeyState(said, world, {}, (code, _path, text) => void problems.push(`${code} ${text}`));
    return problems;
  };
  const refusal = 'PLAN_ORDER the key "root" would sign, and it is pre-activation, by "root-key"';

  test('signs a request for itself, its own certificate, and a proof; nothing else', () => {
    assert.deepEqual(problemOf({ type: 'make-csr' }), []);
    assert.deepEqual(problemOf({ type: 'issue-root-certificate', makes: { certificate: 'root' } }), []);
    assert.deepEqual(problemOf({ type: 'prove-copy', operation: 'prove-key' }), []);
    assert.deepEqual(problemOf({ type: 'issue-crl', makes: { crl: 'root' } }), [refusal]);
    assert.deepEqual(problemOf({ type: 'issue-batch', operation: 'sign-list' }), [refusal]);
    const certificates = new Map([['root', { key: 'root', step: 'x' } as unknown as WorldCertificate]]);
    const problems: string[] = [];
    const below = {
      ...{ type: 'issue-intermediate', params: { issuer: 'root' }, makes: { certificate: 'below' }, operation: 'sign' },
    } as unknown as PlannedStep;
    holdKeyState(below, { ...world, certificates }, {}, (code, _path, text) => void problems.push(`${code} ${text}`));
    assert.deepEqual(problems, [refusal]);
  });
});

describe('in the plan, the quorum decides about the state of a key', () => {
  const DECIDED = decidingScript(FORGED);
  const agreed = '{ id: agreed, step: approve, by: administrator, check: auditor, with: { operations: [late-crl] } }';
  const after = (id: string, step: string) =>
    edited(DECIDED, new RegExp(`^( +- \\{ id: ${id},.*\\n)`, 'm'), `$1      - ${step}\n`);
  const crlAfter = (id: string) => edited(after(id, agreed), /^( +- \{ id: agreed.*\n)/m, `$1      - ${CRL}\n`);
  const twoCrls = 'PLAN_ORDER the step "first-crl" signs a CRL with the same key: both would have one number';
  const cases: readonly (readonly [name: string, script: string, ...problems: string[]])[] = [
    ['one after another', DECIDED],
    [
      'and nothing signs while it is suspended, no CRL either',
      crlAfter('suspended'),
      'PLAN_ORDER the key "root" would sign, and it is suspended, by "suspended"',
      twoCrls,
    ],
    ['and it signs again when it is active', crlAfter('cleared'), twoCrls],
    [
      'not as it likes',
      edited(DECIDED, 'state: active, reason: "It was a cat."', 'state: suspended, reason: "Again."'),
      'PLAN_PARAMETER the key "root" is suspended here, and may become active, deactivated, compromised, destroyed, not suspended',
    ],
    [
      'nothing of one that is not active yet but that it is, or is compromised',
      edited(
        edited(FORGED, 'operations: 4 }', 'operations: 5 }'),
        /^( +- \{ id: key-read,.*\n)/m,
        '$1      - { id: parked, step: set-key-state, by: administrator, check: witness, with: { key: root, state: suspended, reason: "It waits." } }\n',
      ),
      'PLAN_PARAMETER the key "root" is pre-activation here, and may become active, compromised, destroyed, not suspended',
      'PLAN_ORDER the key "root" would sign, and it is suspended, by "parked"',
      'PLAN_ORDER the key "root" would sign, and it is suspended, by "parked"',
    ],
    [
      'not about one that is not there',
      edited(DECIDED, 'key: root, state: deactivated', 'key: rood, state: deactivated'),
      'PLAN_NAME no key "rood" is made or used before this',
    ],
  ];
  for (const [name, script, ...problems] of cases) test(name, () => assert.deepEqual(problemsOf(script), problems));
});
