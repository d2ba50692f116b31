import { changing } from '../forge/edit.ts';
import { onPaper } from '../forge/on-paper.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ON-PAPER',
  title: 'a thing was destroyed on paper before the ceremony after which it was',
  faults: {
    follows: true,
    record: onPaper,
    events: changing(
      'answer',
      (event) => event.step === 'shredded',
      (event) => ({ ...event, values: { ...event.values, at: '2026-01-01T00:00:00Z' } }),
    ),
  },
});
