import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { standing } from '../../src/run/standing.ts';
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
