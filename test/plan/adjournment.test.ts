import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readScript } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { twoDays } from '../forge/two-days.ts';
import { TEMPLATES } from './planned.ts';

const SCRIPT = twoDays();
const WINDOW = ['2027-03-10T08:00:00Z', '2027-03-12T18:00:00Z'] as const;

/** What is found wrong with a script, alone: code and text. */
function problemsOf(text: string, window: readonly [string, string] = WINDOW): string[] {
  const script = readScript(Buffer.from(text), 'script.yaml', STEP_TYPES);
  const { problems } = makePlan({ script, stepTypes: STEP_TYPES, templates: TEMPLATES, window });
  return problems.map(({ code, text: message }) => `${code} ${message}`);
}

function changed(from: string | RegExp, to: string): string {
  const text = SCRIPT.replace(from, to);
  assert.notEqual(text, SCRIPT, String(from));
  return text;
}

const lineOf = (id: string) => new RegExp(`^ {6}- \\{ id: ${id},.*\\n`, 'm');

describe('a ceremony of two days', () => {
  test('has no problem', () => {
    assert.deepEqual(problemsOf(SCRIPT), []);
  });

  const cases: readonly (readonly [name: string, text: string, expected: RegExp])[] = [
    ...['hsm', 'cards', 'envelopes', 'evidence', 'publish'].map(
      (item) =>
        [
          `where "${item}" lies open in the night`,
          changed(lineOf(`${item}-night`), ''),
          new RegExp(`^PLAN_CUSTODY "${item}.*lies open when everybody leaves for the day$`),
        ] as const,
    ),
    [
      'where somebody is still in the room',
      changed(lineOf('night-leave'), ''),
      /^PLAN_ORDER "administrator-1", .* did not sign out before the day ended$/,
    ],
    [
      'where nobody signs in again',
      changed(lineOf('morning-arrive'), ''),
      /^PLAN_ORDER "safe-controller-1", "witness-1", "witness-2" did not sign in again after "night"$/,
    ],
    [
      'where only some of those who do something sign in again',
      changed(
        'id: morning-arrive, step: sign-in, each: all',
        'id: morning-arrive, step: sign-in, each: crypto-officer',
      ),
      /^PLAN_ORDER "safe-controller-1", .* did not sign in again after "night"$/,
    ],
    [
      'where a thing is used that is still in its bag',
      changed(lineOf('hsm-morning'), ''),
      /^PLAN_CUSTODY the HSM "root-hsm" is used, and "hsm" is sealed here$/,
    ],
    [
      'where the day ends in the midst of an act',
      changed('  - title: Morning\n    steps:\n', ''),
      /^PLAN_ORDER the day ends in the midst of an act$/,
    ],
    [
      'where the day ends on abort too',
      SCRIPT.replace(
        /^ {6}- \{ id: close,.*\n/m,
        (close) => `${close}${lineOf('night').exec(SCRIPT)?.[0].replace('id: night', 'id: late')}`,
      ),
      /^PLAN_ORDER the day ends in an act that is done on abort too$/,
    ],
    [
      'where nobody ends the day',
      changed('step: adjourn, by: administrator,', 'step: adjourn,'),
      /nobody ends the day/,
    ],
    [
      'where everybody ends the day by themselves',
      changed('step: adjourn, by: administrator,', 'step: adjourn, each: crypto-officer,'),
      /^PLAN_ORDER the day ends once, for everybody$/,
    ],
  ];
  for (const [name, text, expected] of cases) {
    test(`is refused ${name}`, () => {
      const problems = problemsOf(text);
      assert.ok(
        problems.some((problem) => expected.test(problem)),
        `${expected} among:\n${problems.join('\n')}`,
      );
    });
  }

  test('is refused where the HSM is still unlocked, or an operation approved', () => {
    const night = lineOf('night').exec(SCRIPT)?.[0] ?? '';
    const early = SCRIPT.replace(night, '').replace(/^ {6}- \{ id: root-key,/m, `${night}$&`);
    const problems = problemsOf(early);
    for (const expected of [/^PLAN_ORDER the HSM "root-hsm" is unlocked/, /^PLAN_ORDER "root-key" is approved and not/])
      assert.ok(
        problems.some((problem) => expected.test(problem)),
        `${expected} among:\n${problems.join('\n')}`,
      );
  });

  test('is refused where the window of the authorization does not reach the next day', () => {
    assert.deepEqual(problemsOf(SCRIPT, ['2027-03-10T08:00:00Z', '2027-03-10T20:00:00Z']), [
      'PLAN_AUTHORIZATION the ceremony may go on PT20H later, and its window is from 2027-03-10T08:00:00Z to 2027-03-10T20:00:00Z',
    ]);
  });
});
