import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { leftBy } from '../../src/plan/left-steps.ts';
import { stepsOf } from '../../src/plan/plan.ts';
import {
  exchangeFault,
  exchangesIn,
  inPlaceOf,
  planAfter,
  plansInForce,
  planWith,
} from '../../src/plan/plan-in-force.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import type { Event } from '../../src/transcript/event.ts';
import { documentBytes, makeMoreMembers, rosterDocument } from '../forge/stage.ts';
import { planOf } from '../run/fakes.ts';

const NEED = 3;

/**
 * `exchange gus hana`, `approval 1 alice`, `declined 1 bob`, `refusal CODE`, `decision`, `begin KIND`, `end`, `answer`, or
 * any other kind of event; `-` leaves a number out, as a withheld line does.
 */
function record(...lines: readonly string[]): readonly Event[] {
  return lines.flatMap((line, index) => {
    const [what = '', first = '', second = ''] = line.split(' ');
    if (what === '-') return [];
    const step = 'film';
    const one =
      what === 'exchange'
        ? { type: 'deviation', step, effect: 'exchange', names: [first, second] }
        : what === 'skip'
          ? { type: 'deviation', step, effect: 'skip', names: [] }
          : what === 'approval' || what === 'declined'
            ? { type: what, proposal: Number(first), seat: second }
            : what === 'refusal'
              ? { type: what, step, code: first }
              : what === 'begin' || what === 'end'
                ? { type: 'step', step, phase: what, kind: first || 'confirm' }
                : { type: what, step };
    return [{ ...one, seq: index + 1 } as unknown as Event];
  });
}

/** `approval N alice` and so on. */
const by = (deviation: number, ...seats: readonly string[]) => seats.map((seat) => `approval ${deviation} ${seat}`);
const ALL = by(1, 'alice', 'bob', 'carol');

const PLAN = {
  ...planOf([
    {
      steps: [
        { id: 'film', by: ['dana'], check: ['gus', 'ivo'] },
        { id: 'roll-call', key: 'roll-call@gus', by: ['gus'], check: [] },
      ],
    },
  ]),
  seats: { administrator: ['dana'], 'crypto-officer': ['alice', 'bob', 'carol'], witness: ['gus'], auditor: ['ivo'] },
};

describe('an exchange is in force', () => {
  const cases: readonly (readonly [string, readonly string[], readonly (readonly [seq: number, since: number])[]])[] = [
    ['from the approval that it still needed', ['exchange gus hana', ...ALL, 'approval 1 dave'], [[1, 4]]],
    ['not with fewer', ['exchange gus hana', ...by(1, 'alice', 'bob')], []],
    ['not by one person who approves three times', ['exchange gus hana', ...by(1, 'alice', 'alice', 'alice')], []],
    [
      'whoever declined, was refused, and what was decided meanwhile',
      ['exchange gus hana', 'declined 1 erin', 'refusal PIN_INCORRECT', 'decision', ...ALL],
      [[1, 7]],
    ],
    ['not once it was said that nothing changes', ['exchange gus hana', 'refusal DEVIATION_UNAPPROVED', ...ALL], []],
    ['not once the step went on', ['exchange gus hana', 'approval 1 alice', 'answer', ...by(1, 'bob', 'carol')], []],
    ['not once a line was withheld', ['exchange gus hana', '-', ...ALL], []],
    ['not once the step ended', ['exchange gus hana', 'end', ...ALL], []],
    ['not once the ceremony was interrupted', ['exchange gus hana', 'approval 1 alice', 'resume', ...ALL], []],
    ['not by approvals of something else', ['exchange gus hana', ...by(2, 'alice', 'bob', 'carol')], []],
    ['not once another deviation was said', ['exchange gus hana', 'skip', ...ALL], []],
    [
      'each for itself',
      ['exchange gus hana', ...ALL, 'answer', 'exchange hana gus', ...by(6, 'alice', 'bob', 'carol')],
      [
        [1, 4],
        [6, 9],
      ],
    ],
    ['and no other deviation is one', ['skip', ...ALL], []],
  ];
  for (const [name, lines, expected] of cases) {
    test(name, () => {
      const found = exchangesIn(record(...lines), NEED).map(({ seq, since }) => [seq, since]);
      assert.deepEqual(found, expected);
    });
  }

  test('never, where nobody can approve it', () => {
    assert.deepEqual(exchangesIn(record('exchange gus hana', ...ALL), Number.POSITIVE_INFINITY), []);
  });
});

describe('the plan in force', () => {
  test('has the one in the place of the other; keys, numbers, roles and the order of people stay', () => {
    const plan = planWith(PLAN, [
      { leaves: 'gus', comes: 'hana' },
      { leaves: 'bob', comes: 'frank' },
    ]);
    assert.deepEqual(plan.seats, {
      ...PLAN.seats,
      'crypto-officer': ['alice', 'frank', 'carol'],
      witness: ['hana'],
    });
    assert.deepEqual(
      stepsOf(plan).map(({ key, number, by: who, check }) => [key, number, who, check]),
      [
        ['film', '1', ['dana'], ['hana', 'ivo']],
        ['roll-call@gus', '2', ['hana'], []],
      ],
    );
    assert.deepEqual(PLAN.seats.witness, ['gus'], 'the plan itself is as it was');
  });

  test('is that of each moment, there and back', () => {
    const events = record(
      'exchange gus hana',
      ...ALL,
      'answer',
      'exchange hana gus',
      ...by(6, 'alice', 'bob', 'carol'),
    );
    const planAt = plansInForce(PLAN, events, NEED);
    const witnesses = [0, 4, 5, 9, 10, Number.POSITIVE_INFINITY].map((seq) => planAt(seq).seats['witness']?.[0]);
    assert.deepEqual(witnesses, ['gus', 'gus', 'hana', 'hana', 'gus', 'gus']);
    assert.deepEqual(planAfter(PLAN, events, NEED).seats, PLAN.seats);
    assert.equal(planAfter(PLAN, record('answer'), NEED), PLAN);
  });

  test('says who is in the place of somebody', () => {
    const [there, back] = [
      { leaves: 'gus', comes: 'hana' },
      { leaves: 'hana', comes: 'gus' },
    ];
    assert.equal(inPlaceOf('gus', []), 'gus');
    assert.equal(inPlaceOf('gus', [there]), 'hana');
    assert.equal(inPlaceOf('gus', [there, back]), 'gus');
    assert.equal(inPlaceOf('dana', [there]), 'dana');
  });
});

describe('nobody comes', () => {
  const roster = readRoster(documentBytes(rosterDocument(makeMoreMembers())));
  const cases: readonly (readonly [leaves: string, comes: string, fault: string | undefined])[] = [
    ['gus', 'hana', undefined],
    ['carol', 'heidi', undefined],
    ['hana', 'gus', '"hana" fills no seat that they could leave'],
    ['gus', 'mallory', '"mallory" is not on the roster'],
    ['gus', 'ivo', '"ivo" fills a seat already, as auditor; one person fills one'],
    ['carol', 'carol', '"carol" fills a seat already, as crypto-officer; one person fills one'],
    [
      'gus',
      'frank',
      '"frank" is crypto-officer on the roster, and "gus" is witness; nobody takes a place of another role',
    ],
    [
      'carol',
      'hana',
      '"hana" is witness on the roster, and "carol" is crypto-officer; nobody takes a place of another role',
    ],
    [
      'carol',
      'authority-1',
      '"authority-1" is policy-authority on the roster, and "carol" is crypto-officer; nobody takes a place of another role',
    ],
  ];
  for (const [leaves, comes, fault] of cases) {
    test(fault === undefined ? `but ${comes} for ${leaves}` : fault, () =>
      assert.equal(exchangeFault(PLAN, roster, { leaves, comes }), fault),
    );
  }

  test('who has come already, and whoever left may come back', () => {
    const plan = planWith(PLAN, [{ leaves: 'gus', comes: 'hana' }]);
    assert.match(exchangeFault(plan, roster, { leaves: 'gus', comes: 'hana' }) ?? '', /fills no seat/);
    assert.equal(exchangeFault(plan, roster, { leaves: 'hana', comes: 'gus' }), undefined);
  });
});

describe('a step is begun again by whoever came', () => {
  const left = (...lines: readonly string[]) => {
    const found = leftBy({ events: record(...lines) }, NEED);
    return found && [found.deviation.seq, found.since, found.to];
  };
  const TWO = by(2, 'alice', 'bob', 'carol');

  test('where it had done nothing yet', () => {
    assert.deepEqual(left('begin', 'exchange gus hana', ...TWO), [2, 5, 'repeat']);
    assert.deepEqual(
      left(
        'begin roll-call',
        'refusal PIN_INCORRECT',
        'decision',
        'exchange gus hana',
        ...by(4, 'alice', 'bob', 'carol'),
      ),
      [4, 7, 'repeat'],
    );
  });

  for (const done of ['answer', 'observation', 'proposed', 'intent', 'result', 'statement', 'file', 'reconciliation']) {
    test(`not once it has recorded an event "${done}"`, () => {
      assert.equal(left('begin', done, 'exchange gus hana', ...by(3, 'alice', 'bob', 'carol')), undefined);
    });
  }

  test('not where it may have written before it asked', () => {
    assert.equal(left('begin write-media', 'exchange gus hana', ...TWO), undefined);
  });

  test('not where nobody came', () => {
    assert.equal(left('begin', 'exchange gus hana', ...by(2, 'alice', 'bob')), undefined);
    assert.equal(left('begin', 'exchange gus hana', 'refusal DEVIATION_UNAPPROVED', ...TWO), undefined);
  });

  test('what it did the last time it was run does not count', () => {
    const again = ['begin', 'answer', 'resume', 'begin', 'exchange gus hana', ...by(5, 'alice', 'bob', 'carol')];
    assert.deepEqual(left(...again), [5, 8, 'repeat']);
  });
});
