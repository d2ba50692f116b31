import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withCorrections } from '../../src/transcript/correction.ts';
import type { Event } from '../../src/transcript/event.ts';

const stamp = (seq: number) => ({ seq, at: '2027-03-01T09:00:00Z', salt: String(seq).padStart(32, '0') });
const people = { seat: 'dana', checkedBy: ['gus'] };
const answer = (seq: number, values: Record<string, string>): Event => ({
  type: 'answer',
  step: 'camera',
  question: 'Camera.',
  ...people,
  values,
  ...stamp(seq),
});
const correction = (seq: number, of: number, values: Record<string, string>): Event => ({
  type: 'correction',
  step: 'lock',
  answer: of,
  ...people,
  values,
  why: 'misread',
  ...stamp(seq),
});
const valuesIn = (events: readonly Event[]) =>
  withCorrections(events).flatMap((event) => (event.type === 'answer' ? [event.values] : []));

describe('a record as it was corrected', () => {
  test('has the last value of each member; the others stay', () => {
    const events = [
      answer(3, { serial: 'AA-1', bag: '7' }),
      answer(4, { serial: 'BB-1' }),
      correction(5, 3, { serial: 'AA-2' }),
      correction(9, 3, { serial: 'AA-3', bag: '8' }),
      correction(12, 3, { bag: '9' }),
    ];
    assert.deepEqual(valuesIn(events), [{ serial: 'AA-3', bag: '9' }, { serial: 'BB-1' }]);
  });

  test('is otherwise the record itself: order, corrections and answers as they were written stay', () => {
    const events = [answer(3, { serial: 'AA-1' }), correction(5, 3, { serial: 'AA-2' })];
    const corrected = withCorrections(events);
    assert.equal(corrected[1], events[1]);
    assert.deepEqual(corrected[0], { ...events[0], values: { serial: 'AA-2' } });
    assert.deepEqual(events[0], answer(3, { serial: 'AA-1' }));
    const plain = [answer(3, { serial: 'AA-1' })];
    assert.equal(withCorrections(plain), plain);
  });

  test('takes nothing of a correction that comes first, names no answer, or gives what was not asked for', () => {
    const events = [
      correction(2, 3, { serial: 'AA-2' }),
      answer(3, { serial: 'AA-1' }),
      correction(4, 4, { serial: 'AA-3' }),
      correction(5, 3, { answer: 'yes', toString: 'x' }),
      correction(6, 99, { serial: 'AA-4' }),
    ];
    assert.deepEqual(valuesIn(events), [{ serial: 'AA-1' }]);
  });
});
