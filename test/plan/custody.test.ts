import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { unitsOfStep } from '../../src/plan/custody.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { PlannedMaterial, PlannedStep } from '../../src/plan/plan.ts';
import { readScript } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { WINDOW } from '../forge/stage.ts';
import { TEMPLATES } from './planned.ts';

const SCRIPT = readFileSync(new URL('../../ceremonies/root-generation-vault.yaml', import.meta.url), 'utf8');

/** As crypto officers drew it up: two HSMs, and a copy by the vendor's means. */
const EXAMPLE = readFileSync(new URL('../script/examples/root-generation.yaml', import.meta.url), 'utf8');

/** What is found wrong with a script, alone: code and text. */
function problemsOf(text: string): string[] {
  const script = readScript(Buffer.from(text), 'script.yaml', STEP_TYPES);
  const window = [WINDOW.from, WINDOW.until] as const;
  const { problems } = makePlan({ script, stepTypes: STEP_TYPES, templates: TEMPLATES, window });
  return problems.map(({ code, text: message }) => `${code} ${message}`);
}

/** The script without one of its steps. */
function without(id: string, script = SCRIPT): string {
  const lines = script.split('\n');
  const first = lines.findIndex((line) => new RegExp(`^ {6}- (?:\\{ )?id: ${id}\\b`).test(line));
  assert.ok(first >= 0, id);
  const more = lines.slice(first + 1).findIndex((line) => !/^ {8}/.test(line));
  return lines.toSpliced(first, 1 + more).join('\n');
}

/** What the problem says that the deletion of each step makes; what nobody misses is named, with why. */
const DELETED: Readonly<Record<string, RegExp>> = {
  cameras: /the start of the promised video is recorded/,
  'cameras-off': /the end of the promised video is recorded/,
  arrive: /everybody signs in/,
  'boot-out': /^PLAN_CUSTODY "boot" is still sealed when the program starts/,
  image: /the image on "boot" is compared with the authorization/,
  'laptop-out': /^PLAN_CUSTODY "laptop" is still sealed when the program starts/,
  'catch-up': /what was done on paper in "Before the program runs" is typed into the record/,
  documents: /the authorization is compared with print/,
  clock: /no "check-clock" comes before/,
  environment: /no "check-environment" comes before/,
  table: /everything on the table is compared with the list/,
  'cards-out': /^PLAN_CUSTODY "crypto-officer-1" presents a token, and "cards@crypto-officer-1" is sealed here/,
  'roll-call': /no "roll-call" comes before/,
  'hsm-out': /^PLAN_CUSTODY the HSM "root-hsm" is used, and "hsm" is sealed here/,
  'hsm-seen': /the HSM "root-hsm" is looked at before it is prepared/,
  activation: /"root-hsm"/,
  'key-agreed': /no proposal covers this HSM operation: .* lists "root-key"/,
  'hsm-empty': /hsm-empty|inventory|inspect/,
  'root-key': /root-key/,
  'key-read': /the public key "root" is read and compared/,
  'cert-agreed': /no proposal covers this HSM operation: .* lists "root-certificate"/,
  'root-certificate': /root-certificate/,
  'first-crl': /gets no CRL in this ceremony|first-crl/,
  lock: /leaves the HSM "root-hsm" active/,
  verified: /the pack is verified on another computer while the quorum is still here/,
  'pack-out': /"evidence" gets the files that it is there for/,
  'publish-out': /"publish" gets the files that it is there for/,
  witnessed: /each "witness" says what they saw/,
  judged: /each "auditor" says what they saw/,
  'sign-off': /has no "sign-off" step/,
  'hsm-away': /^PLAN_CUSTODY "hsm" lies open when everybody leaves/,
  'cards-away': /^PLAN_CUSTODY "cards@crypto-officer-1", .* lies open when everybody leaves/,
  'envelopes-away': /^PLAN_CUSTODY "envelopes.1", "envelopes.2" lies open/,
  'evidence-away': /^PLAN_CUSTODY "evidence.1", "evidence.2" lies open/,
  'publish-away': /^PLAN_CUSTODY "publish" lies open/,
  close: /has no "close" step/,
  'laptop-away': /^PLAN_CUSTODY "laptop" lies open/,
  'boot-away': /^PLAN_CUSTODY "boot" lies open/,
  leave: /everybody signs out/,
};
/** The same of the steps that the example has besides. */
const DELETED_FROM_EXAMPLE: Readonly<Record<string, RegExp>> = {
  ...DELETED,
  'hsm2-out': /^PLAN_CUSTODY the HSM "backup-hsm" is used, and "hsm-2" is sealed here/,
  clone: /^PLAN_ORDER nothing puts the key "root" on "backup-hsm" before this/,
  'same-key': /^PLAN_OBJECTIVE the objective "backup" demands that the key "root" is shown to be on another HSM too/,
  'hsm2-away': /^PLAN_CUSTODY "hsm-2" lies open when everybody leaves/,
};
/** What is only said to people: no record could tell that it was not done; and a break. */
const UNMISSED = ['briefing', 'start', 'lunch', 'off'];

describe('a script that keeps custody of the room', () => {
  test('has no problem', () => {
    assert.deepEqual(problemsOf(SCRIPT), []);
  });

  for (const [id, expected] of Object.entries(DELETED)) {
    test(`is refused without its step "${id}"`, () => {
      const problems = problemsOf(without(id));
      assert.ok(
        problems.some((problem) => expected.test(problem)),
        `${expected} among:\n${problems.join('\n')}`,
      );
    });
  }

  test('has no step of which nobody knows whether it is missed', () => {
    const ids = [...SCRIPT.matchAll(/^ {6}- (?:\{ )?id: ([a-z-]+)/gm)].map(([, id]) => id);
    assert.deepEqual(ids.toSorted(), [...Object.keys(DELETED), ...UNMISSED].toSorted());
  });
});

describe('the script of crypto officers', () => {
  /** It puts cards and evidence media away before the close: said at each reading, and no refusal. */
  const AWAY =
    'PLAN_CUSTODY the manifest is signed and the pack written when the ceremony is closed, and "cards", "evidence" was put away before';

  test('has no problem', () => {
    assert.deepEqual(problemsOf(EXAMPLE), [AWAY]);
  });

  for (const [id, expected] of Object.entries(DELETED_FROM_EXAMPLE)) {
    test(`is refused without its step "${id}"`, () => {
      const problems = problemsOf(without(id, EXAMPLE)).filter((problem) => problem !== AWAY);
      assert.ok(
        problems.some((problem) => expected.test(problem)),
        `${expected} among:\n${problems.join('\n')}`,
      );
    });
  }

  test('has no step of which nobody knows whether it is missed', () => {
    const ids = [...EXAMPLE.matchAll(/^ {6}- (?:\{ )?id: ([a-z0-9-]+)/gm)].map(([, id]) => id);
    assert.deepEqual(ids.toSorted(), [...Object.keys(DELETED_FROM_EXAMPLE), ...UNMISSED].toSorted());
  });
});

function changed(from: string | RegExp, to: string): string {
  const text = SCRIPT.replace(from, to);
  assert.notEqual(text, SCRIPT, String(from));
  return text;
}

describe('custody is refused', () => {
  const cases: readonly (readonly [name: string, from: string | RegExp, to: string, expected: RegExp])[] = [
    [
      'of what is put away where nothing goes wrong alone',
      '  - title: Putting away\n    always: true',
      '  - title: Putting away',
      /^PLAN_CUSTODY "hsm" is put away only where nothing goes wrong/,
    ],
    [
      'of what is no material',
      'step: unseal, by: safe-controller, check: witness, with: { item: hsm }',
      'step: unseal, by: safe-controller, check: witness, with: { item: safe }',
      /^PLAN_CUSTODY the script has no material "safe"/,
    ],
    [
      'of what is taken out twice',
      '      - { id: hsm-seen,',
      '      - { id: again, step: unseal, by: safe-controller, check: witness, with: { item: hsm } }\n      - { id: hsm-seen,',
      /^PLAN_CUSTODY "hsm" is not sealed here: it lies in the room/,
    ],
    [
      'of what is used after it was put away',
      '      - { id: pack-out,',
      '      - { id: early, step: seal, by: auditor, check: witness, with: { item: evidence, keep: safe-1 } }\n      - { id: pack-out,',
      /^PLAN_CUSTODY the medium "evidence" is written, and "evidence.1" is sealed here/,
    ],
    [
      'of the medium that goes to the second screen, before it is taken out',
      '{ kind: medium, copies: 2, holds: pack, arrives: blank }',
      '{ kind: medium, copies: 2, holds: pack, arrives: sealed }',
      /^PLAN_CUSTODY the medium "evidence" goes to the second screen, and "evidence.1" is sealed here/,
    ],
    [
      'without a bag to spare',
      '{ kind: bag, spare: 4 }',
      '{ kind: bag, spare: 0 }',
      /^PLAN_CUSTODY 12 things are sealed here, and the script has no bag to spare/,
    ],
    [
      'of what the close still wants',
      '      - { id: close,',
      '      - { id: early, step: seal, each: crypto-officer, check: witness, with: { item: cards, keep: own-box } }\n      - { id: close,',
      /^PLAN_CUSTODY the manifest is signed and the pack written when the ceremony is closed, and "cards" was put away before/,
    ],
    [
      'before what was done on paper is typed',
      /.*id: catch-up.*\n((?:.*\n)*?)(?= {2}- title: Hardware module)/,
      '$1      - { id: catch-up, step: transcribe, by: administrator, check: witness, with: { act: Before the program runs } }\n',
      /^PLAN_ORDER what was done on paper in "Before the program runs" is typed only in "catch-up", after this/,
    ],
    [
      'of an HSM that is none of the things',
      /.*hsm: {7}\{ kind: hsm.*\n|.*id: hsm-out.*\n|.*id: hsm-away.*\n/g,
      '',
      /custody is kept of the HSM "root-hsm"/,
    ],
    [
      'without a computer',
      /.*laptop: {4}\{.*\n|.*id: laptop-out.*\n|.*id: laptop-away.*\n/g,
      '',
      /custody is kept of the computer/,
    ],
    [
      'without anybody who looks on',
      'id: hsm-out, step: unseal, by: safe-controller, check: witness,',
      'id: hsm-out, step: unseal, by: safe-controller,',
      /^PLAN_PEOPLE nobody else looks at the bag/,
    ],
    [
      'of an image that is hashed in its bag',
      /(.*id: boot-out.*\n)(.*id: image.*\n)/,
      '$2$1',
      /^PLAN_CUSTODY the image on "boot" is hashed, and "boot" is sealed here/,
    ],
    [
      'with fewer places than copies',
      'keep: [safe-1, safe-2] } }\n      - { id: publish-away',
      'keep: [safe-1, safe-2, safe-3] } }\n      - { id: publish-away',
      /^PLAN_CUSTODY 3 places for the 2 of "envelopes"/,
    ],
    [
      'of a step on paper that needs the program',
      '{ id: briefing, step: confirm, by: administrator,',
      '{ id: briefing, step: check-clock, by: administrator, with: { references: 2, tolerance: PT1M },',
      /a step of type "check-clock" cannot be done on paper/,
    ],
    [
      'of whoever leaves and never came',
      '- { id: arrive, step: sign-in, each: all,',
      '- { id: arrive, step: sign-in, each: auditor,',
      /leaves, and has not signed in/,
    ],
  ];
  for (const [name, from, to, expected] of cases) {
    test(name, () => {
      const problems = problemsOf(changed(from, to));
      assert.ok(
        problems.some((problem) => expected.test(problem)),
        `${expected} among:\n${problems.join('\n')}`,
      );
    });
  }
});

test('a card stays whose it is, whoever came in the place of its holder', () => {
  const unit = (seat: string) => ({ unit: `cards@${seat}`, seat, make: null, serial: null, bag: null, place: null });
  const cards = {
    name: 'cards',
    kind: 'quorum-token',
    units: ['alice', 'bob'].map(unit),
  } as unknown as PlannedMaterial;
  const step = { id: 'away', key: 'away@alice', by: ['frank'], params: { item: 'cards' } } as unknown as PlannedStep;
  const units = unitsOfStep({ materials: [cards] }, step);
  assert.deepEqual(
    units.map((one) => one.unit),
    ['cards@alice'],
  );
});
