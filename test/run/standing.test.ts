import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PlannedStep } from '../../src/plan/plan.ts';
import { isBehind, standing, wasGivenUp } from '../../src/run/standing.ts';
import type { Event } from '../../src/transcript/event.ts';

/** `proposed`, `intent 1`, `done 1`, `failed 1`, `declined 1`, `resume 1,2`, `reconciled 1` */
function record(...lines: readonly string[]): readonly Event[] {
  return lines.map((line, index) => {
    const [what = '', list = ''] = line.split(' ');
    const proposal = Number(list);
    const one =
      what === 'done' || what === 'failed'
        ? { type: 'result', outcome: what, proposal }
        : what === 'resume'
          ? { type: 'resume', voided: list.split(',').filter(Boolean).map(Number) }
          : { type: what === 'reconciled' ? 'reconciliation' : what, proposal };
    return { ...one, seq: index + 1 } as unknown as Event;
  });
}

function found(...lines: readonly string[]): { open: number | undefined; voided: readonly number[] } {
  const { open, voided } = standing(record(...lines));
  return { open: open?.seq, voided: voided.map(({ seq }) => seq) };
}

describe('what a crash leaves of the proposals', () => {
  for (const [name, lines, open, voided] of [
    ['nothing of what was done', ['proposed', 'intent 1', 'done 1'], undefined, []],
    [
      'those void that were neither used nor declined',
      ['proposed', 'proposed', 'proposed', 'declined 2'],
      undefined,
      [1, 3],
    ],
    ['the one open that was begun', ['proposed', 'proposed', 'intent 1'], 1, [2]],
    ['the one open that failed, since something may be left of it', ['proposed', 'intent 1', 'failed 1'], 1, []],
    [
      'none open once another was begun',
      ['proposed', 'intent 1', 'failed 1', 'proposed', 'intent 4', 'done 4'],
      undefined,
      [],
    ],
    ['no one void twice', ['proposed', 'resume 1', 'proposed'], undefined, [3]],
    [
      'it open that was open before, until another is begun',
      ['proposed', 'intent 1', 'resume', 'reconciled 1', 'proposed'],
      1,
      [5],
    ],
  ] as const) {
    test(name, () => assert.deepEqual(found(...lines), { open, voided }));
  }
});

describe('a step is behind', () => {
  const step = { key: 'film' } as PlannedStep;
  /** Events in their order, each with the members that count here. */
  const isBehindAfter = (...events: readonly object[]) =>
    isBehind(step, events.map((event, index) => ({ ...event, seq: index + 1 })) as unknown as readonly Event[], 2);
  const phase = (name: string) => ({ type: 'step', step: 'film', phase: name, kind: 'confirm' });
  const said = (effect: string) => ({ type: 'deviation', step: 'film', effect, names: ['gus', 'hana'] });
  const approved = (...seats: readonly string[]) => seats.map((seat) => ({ type: 'approval', proposal: 2, seat }));

  for (const [name, expected, ...events] of [
    ['not before it has begun', false],
    ['not while it is open', false, phase('begin')],
    ['once it has ended', true, phase('begin'), { type: 'answer' }, phase('end')],
    ['once it was left out', true, phase('skip')],
    ['once it was skipped', true, phase('begin'), said('skip'), ...approved('alice', 'bob'), phase('end')],
    ['not when it is to be repeated', false, phase('begin'), said('repeat'), ...approved('alice', 'bob'), phase('end')],
    ['where too few wanted it repeated', true, phase('begin'), said('repeat'), ...approved('alice'), phase('end')],
    [
      'not when somebody came before it did anything',
      false,
      phase('begin'),
      said('exchange'),
      ...approved('alice', 'bob'),
      phase('end'),
    ],
    [
      'when somebody came after it had done something',
      true,
      phase('begin'),
      said('none'),
      { type: 'answer' },
      said('exchange'),
      ...approved('alice', 'bob'),
      phase('end'),
    ],
    ['where too few let them come', true, phase('begin'), said('exchange'), ...approved('alice'), phase('end')],
  ] as const) {
    test(name, () => assert.equal(isBehindAfter(...events), expected));
  }
});

describe('a step in which the ceremony was aborted', () => {
  const givenUp = (type: string, code: string, ...more: readonly object[]) => {
    const events = [{ type: 'step', step: 'away', phase: 'begin' }, { type: 'abort', step: 'away', code }, ...more].map(
      (event, index) => ({ ...event, seq: index + 1 }),
    ) as unknown as readonly Event[];
    return wasGivenUp({ key: 'away', type } as PlannedStep, events);
  };
  test('is given up where something went wrong with it', () => {
    assert.equal(givenUp('confirm', 'TOKEN_REMOVED'), true);
  });
  test('is done all the same where people ended the ceremony there, or where it puts something away', () => {
    assert.equal(givenUp('confirm', 'CEREMONY_ABORTED'), false);
    assert.equal(givenUp('seal', 'ANSWER_REFUSED'), false);
  });
  test('is none that was begun afterwards', () => {
    assert.equal(givenUp('confirm', 'TOKEN_REMOVED', { type: 'step', step: 'away', phase: 'begin' }), false);
  });
});
