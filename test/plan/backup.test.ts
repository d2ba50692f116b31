import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { makePlan } from '../../src/plan/make-plan.ts';
import { stepsOf } from '../../src/plan/plan.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { withBackup } from '../forge/backup.ts';
import { backupSiteText } from '../forge/stage.ts';
import { TEMPLATES } from './planned.ts';

const SCRIPT = withBackup(readFileSync(new URL('../forge/script.yaml', import.meta.url), 'utf8'));
const SITE = backupSiteText('rehearsal');

function plan(script: string, site: string | null = SITE) {
  return makePlan({
    script: readScript(Buffer.from(script), 'script.yaml', STEP_TYPES),
    ...(site === null ? {} : { site: readSite(Buffer.from(site), 'site.yaml') }),
    stepTypes: STEP_TYPES,
    templates: TEMPLATES,
    window: ['2027-03-01T00:00:00Z', '2027-03-31T23:59:59Z'],
  });
}

const UNPROVEN =
  'PLAN_ORDER nothing shows after this that what comes onto "backup-hsm" is the key "root": a copy that has not signed may be none';

const edited = (text: string, from: string | RegExp, to: string) => {
  const changed = text.replace(from, to);
  assert.notEqual(changed, text, `"${String(from)}" is not there`);
  return changed;
};

test('a step about several HSMs is numbered and keyed for each of them, and what is said is said once', () => {
  const { plan: made, problems } = plan(SCRIPT);
  assert.deepEqual(problems, []);
  assert.ok(made);
  assert.deepEqual(
    stepsOf(made)
      .filter(({ type }) => type === 'vendor' || type === 'prove-copy')
      .map(({ number, key, token, operation, say }) => [number, key, token, operation, say]),
    [
      ['19.1', 'clone', undefined, null, 'Follow the sheet.'],
      ['19.2', 'clone@root-hsm', 'root-hsm', 'inventory', ''],
      ['19.3', 'clone@backup-hsm', 'backup-hsm', 'inventory', ''],
      ['20.1', 'same-key@root-hsm', 'root-hsm', 'prove-key', ''],
      ['20.2', 'same-key@backup-hsm', 'backup-hsm', 'prove-key', ''],
    ],
  );
});

test('a script alone is not asked for what only a site says', () => {
  assert.deepEqual(plan(SCRIPT, null).problems, []);
});

describe('the plan refuses', () => {
  const cases: readonly (readonly [name: string, script: string, site: string, text: string])[] = [
    [
      'a copy that nothing proves',
      edited(SCRIPT, /^.*id: same-key.*\n/m, ''),
      SITE,
      'PLAN_OBJECTIVE the objective "backup" demands that the key "root" is shown to be on another HSM too, or is wrapped',
    ],
    [
      "a copy by a vendor's tools that has not signed, also where no backup is the objective",
      edited(edited(SCRIPT, /^.*id: same-key.*\n/m, ''), ', first-crl, backup]', ', first-crl]'),
      SITE,
      UNPROVEN,
    ],
    [
      'such a copy of which the proof is made before',
      edited(
        edited(SCRIPT, /^.*id: same-key.*\n/m, ''),
        '      - { id: clone,',
        '      - { id: same-key, step: prove-copy, with: { key: root, tokens: [root-hsm, backup-hsm] } }\n      - { id: clone,',
      ),
      SITE,
      UNPROVEN,
    ],
    [
      'such a copy of which the proof may be left out',
      edited(
        SCRIPT,
        '      - { id: same-key, step: prove-copy,',
        '      - { id: wanted, step: confirm, by: administrator, say: "Is it to be proven?", with: { answer: yes-or-no } }\n      - { id: same-key, step: prove-copy, when: { answer: wanted, is: yes },',
      ),
      SITE,
      UNPROVEN,
    ],
    [
      'a proof of what nothing copied',
      edited(SCRIPT, /^.*id: clone.*\n/m, ''),
      SITE,
      'PLAN_ORDER nothing puts the key "root" on "backup-hsm" before this',
    ],
    [
      'both gone',
      edited(SCRIPT, /^ {2}- title: Backup.*\n {4}steps:\n(?: {6}.*\n)+/m, ''),
      SITE,
      'PLAN_OBJECTIVE the objective "backup" demands that the key "root" is shown to be on another HSM too, or is wrapped',
    ],
    [
      'a copy of a key that is not made',
      edited(SCRIPT, 'adds: [root]', 'adds: [rood]'),
      SITE,
      'PLAN_NAME no key "rood" is made before this',
    ],
    [
      'a copy to where it is',
      edited(SCRIPT, 'backup-hsm: { adds', 'root-hsm: { adds'),
      SITE,
      'PLAN_NAME the key "root" is on "root-hsm" already',
    ],
    [
      'a copy from nowhere',
      edited(SCRIPT, 'tokens: [root-hsm, backup-hsm], sheet', 'tokens: [backup-hsm], sheet'),
      SITE,
      'PLAN_NAME the key "root" is on none of the HSMs that the step is about',
    ],
    [
      'changes of an HSM that the step is not about',
      edited(SCRIPT, 'tokens: [root-hsm, backup-hsm], sheet', 'tokens: [root-hsm], sheet'),
      SITE,
      'PLAN_TOKEN "backup-hsm" is not among the HSMs that the step is about',
    ],
    [
      'an HSM that is not the script’s',
      edited(SCRIPT, 'tokens: [root-hsm, backup-hsm], sheet', 'tokens: [root-hsm, other-hsm, backup-hsm], sheet'),
      SITE,
      'PLAN_TOKEN the script has no token "other-hsm"',
    ],
    [
      'work on an HSM that is unlocked',
      edited(SCRIPT, /^.*id: lock,.*\n/m, '').replace(/^ {2}- title: Backup.*\n {4}steps:\n/m, ''),
      SITE,
      'PLAN_ACTIVATION "root-hsm" is active here: its vendor\'s tools log in by themselves',
    ],
    [
      'a sheet that the site does not name',
      SCRIPT,
      edited(SITE, 'clone: {', 'other: {'),
      'PLAN_FILE the site names no sheet "clone"',
    ],
    [
      'a log that is promised nowhere',
      edited(SCRIPT, ', vendor-log]', ']'),
      SITE,
      'PLAN_PARAMETER no evidence of kind "vendor-log" is promised: the log would be nowhere',
    ],
    [
      'a proof on an HSM that is unlocked',
      edited(
        edited(SCRIPT, /^.*id: same-key.*\n/m, ''),
        '      - { id: lock,',
        '      - { id: early, step: prove-copy, with: { key: root, tokens: [root-hsm, backup-hsm] } }\n      - { id: lock,',
      ),
      SITE,
      'PLAN_ACTIVATION "root-hsm" is active here: it is logged in to for the proof alone, and logged out after it',
    ],
    [
      'a proof that is approved before',
      edited(
        SCRIPT,
        '      - { id: same-key,',
        '      - { id: early, step: approve, with: { operations: [same-key] } }\n      - { id: same-key,',
      ),
      SITE,
      'PLAN_APPROVAL "same-key" collects its own approvals',
    ],
    [
      'nobody at the tools',
      edited(SCRIPT, 'step: vendor, by: administrator,', 'step: vendor,'),
      SITE,
      'PLAN_PEOPLE nobody works with the tools',
    ],
    [
      'a step for each person',
      edited(SCRIPT, 'step: vendor, by: administrator,', 'step: vendor, each: crypto-officer,'),
      SITE,
      'PLAN_ORDER a step of type "vendor" is repeated for each HSM, not for each person',
    ],
    [
      'an HSM that nobody could look at afterwards',
      SCRIPT,
      edited(SITE, /serial: hsm-0002, .*\}/, 'blank: true, model: Other HSM, activation: { means: shares } }'),
      'PLAN_TOKEN "backup-hsm" is activated by shares, and none are made for it before: nobody could look at it afterwards',
    ],
  ];
  for (const [name, script, site, text] of cases) {
    test(name, () => {
      const { problems, plan: made } = plan(script, site);
      assert.ok(
        problems.some((problem) => `${problem.code} ${problem.text}` === text),
        problems.map((problem) => `${problem.code} ${problem.text}`).join('\n'),
      );
      assert.equal(made, undefined);
    });
  }
});
