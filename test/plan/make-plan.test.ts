import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalJson, type Json } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { profileDigests } from '../../src/plan/make-plan.ts';
import { type Plan, planDigest, stepById, stepsOf } from '../../src/plan/plan.ts';
import { stepText, within } from './edits.ts';
import { type Change, edited, planOf, SCRIPT, SITE } from './planned.ts';

function made(change: Change = {}): Plan {
  const { plan, problems } = planOf(change);
  assert.deepEqual(problems, []);
  assert.ok(plan);
  return plan;
}

describe('a plan is a value', () => {
  test('the same input gives the same plan, and the same digest', () => {
    assert.deepEqual(made(), made());
    assert.equal(planDigest(made()), planDigest(made()));
    assert.equal(planDigest(made()), sha256(canonicalJson(made())));
  });

  test('it survives being written and read', () => {
    const plan = made();
    const read = JSON.parse(canonicalJson(plan)) as Plan;
    assert.deepEqual(read, plan);
    assert.equal(planDigest(read), planDigest(plan));
  });

  const changes: readonly (readonly [string, Change])[] = [
    ['a comment in the script', { script: [['quorate: 1\n', 'quorate: 1\n# reviewed\n']] }],
    ['a blank line at the end of the site', { site: [['place: Test room\n', 'place: Test room\n\n']] }],
    ['a word that is read out', { script: [within('away', 'safe', 'vault')] }],
    ['the order of the people', { site: [['alice, bob', 'bob, alice']] }],
    ['a mount point', { site: [['/media/p1', '/media/p2']] }],
    ['a duration', { script: [within('root-certificate', 'P10Y', 'P11Y')] }],
    [
      'the number that a roster demands',
      {
        roster: (roster) => {
          roster.classes.administer.need = 4;
        },
      },
    ],
  ];
  for (const [name, change] of changes) {
    test(`its digest changes with ${name}`, () => {
      assert.notEqual(planDigest(made(change)), planDigest(made()));
    });
  }

  test('what the script promises for after the close is in it, in its order; a script need not promise anything', () => {
    assert.deepEqual(made().evidence, ['video', 'ink-pages', 'auditor-report']);
    const promises = 'evidence: [video, ink-pages, auditor-report]\n';
    assert.deepEqual(made({ script: [[promises, 'evidence: [seals, video]\n']] }).evidence, ['seals', 'video']);
    assert.deepEqual(made({ script: [[promises, '']] }).evidence, []);
  });

  test('what is only in the roster and changes no number leaves it as it was', () => {
    const change: Change = {
      roster: (roster) => {
        roster.version = 2;
      },
    };
    assert.equal(planDigest(made(change)), planDigest(made()));
  });

  test('a script alone makes a plan with stand-ins, and names no site', () => {
    const plan = made({ alone: true });
    assert.equal(plan.site, NO_DIGEST);
    assert.deepEqual(
      plan.seats['crypto-officer'],
      [1, 2, 3, 4, 5].map((number) => `crypto-officer-${number}`),
    );
    assert.deepEqual(plan.media, {});
    assert.deepEqual(plan.marking, { commonName: '', label: '' });
    assert.deepEqual(plan.quorums, { administer: 3, inventory: 3, generate: 3, sign: 3 });
    assert.equal(plan.tokens[0]?.module, 'unbound');
  });
});

describe('what is in a plan', () => {
  const plan = made();

  test('steps are numbered through all acts, and once for each person', () => {
    const numbers = stepsOf(plan).map((step) => `${step.number} ${step.key}`);
    assert.deepEqual(numbers.slice(4, 12), [
      '5 environment',
      '6.1 roll-call@alice',
      '6.2 roll-call@bob',
      '6.3 roll-call@carol',
      '6.4 roll-call@dave',
      '6.5 roll-call@erin',
      '7 hsm-seen',
      '8 activation',
    ]);
    assert.equal(new Set(stepsOf(plan).map((step) => step.key)).size, stepsOf(plan).length);
    assert.deepEqual(
      stepsOf(plan)
        .filter((step) => step.id === 'sign-off')
        .map((step) => step.by),
      [['dana'], ['alice'], ['bob'], ['carol'], ['dave'], ['erin'], ['gus'], ['ivo']],
    );
  });

  test('people are bound, and nobody checks what they do', () => {
    assert.deepEqual(stepById(plan, 'clock')?.by, ['dana']);
    assert.deepEqual(stepById(plan, 'clock')?.check, ['gus']);
    assert.deepEqual(stepById(plan, 'documents')?.check, ['alice', 'bob', 'carol', 'dave', 'erin', 'gus', 'ivo']);
    const roll = stepsOf(plan).find((step) => step.key === 'roll-call@bob');
    assert.deepEqual([roll?.by, roll?.check], [['bob'], ['gus']]);
  });

  test('marking is applied to names and labels, before anything is linted', () => {
    assert.equal(stepById(plan, 'root-key')?.params['label'], 'rehearsal-example-root-g1');
    const subject = stepById(plan, 'root-certificate')?.params['subject'] as { readonly [type: string]: Json };
    assert.equal(subject['CN'], 'REHEARSAL Example Root CA G1');
    assert.equal(subject['O'], 'Example Org');
    assert.equal(stepById(made({ alone: true }), 'root-key')?.params['label'], 'example-root-g1');
  });

  test('activations, operations, floors, media and profiles', () => {
    assert.deepEqual(
      plan.acts.map((act) => act.activation),
      [null, null, { seconds: 1800, operations: 4 }, null, null],
    );
    assert.deepEqual(
      plan.acts.map((act) => act.always),
      [false, false, false, false, true],
    );
    assert.deepEqual(
      stepsOf(plan).flatMap((step) => (step.operation ? [`${step.key} ${step.operation}`] : [])),
      [
        'activation prepare-token',
        'hsm-empty inventory',
        'root-key generate-key',
        'root-certificate sign',
        'first-crl sign',
      ],
    );
    assert.equal(plan.quorums['authorize'], 2);
    assert.equal(plan.quorums['sign'], 3);
    assert.deepEqual(plan.media['envelopes'], ['/media/s1', '/media/s2']);
    assert.deepEqual(Object.keys(plan.profiles), ['root', 'root-crl']);
    assert.match(profileDigests(plan)['root'] ?? '', /^[0-9a-f]{64}$/);
  });

  test('a text in several languages is that of the ceremony', () => {
    const say = within('away', 'say: "The HSM', 'say: { de: "Das HSM ist verwahrt.", en: "The HSM');
    const both = [[say[0], say[1].replace('belong." }', 'belong." } }')]] as const;
    assert.match(stepById(made({ script: both }), 'away')?.say ?? '', /^The HSM is in its safe/);
    const german = [...both, ['  lasts: PT4H\n', '  lasts: PT4H\n  language: de\n']] as const;
    assert.equal(stepById(made({ script: german }), 'away')?.say, 'Das HSM ist verwahrt.');
  });

  test('a script of another kind, or an unreadable site, makes no plan and is not simulated', () => {
    const { plan: none, draft, problems } = planOf({ script: [['quorate: 1', 'quorate-site: 1']] });
    assert.equal(none, undefined);
    assert.equal(draft, undefined);
    assert.deepEqual(
      problems.map(({ file, code, text }) => `${file} ${code} ${text}`),
      ['script.yaml KIND_UNKNOWN this is a site binding, expected a ceremony script'],
    );
    const broken = planOf({ site: [['mode: rehearsal', 'mode: [rehearsal']] });
    assert.equal(broken.plan, undefined);
    assert.equal(broken.problems[0]?.file, 'site.yaml');
  });
});

test('the texts that these tests change are those that ship', () => {
  assert.equal(edited(SCRIPT, [[stepText('close'), '']]).length, SCRIPT.length - stepText('close').length);
  assert.throws(() => edited(SITE, [['nothing of the kind', '']]), /the text does not have "nothing of the kind"/);
});
