import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-CLOCK',
  title: 'the clock was an hour wrong',
  faults: {
    event: onEvent('observation', (event) => event.step === 'clock', (event) => {
      const readings = (event.facts['readings'] as object[]).map((reading) => ({ ...reading, offsetSeconds: 3600 }));
      return { ...event, facts: { ...event.facts, readings } };
    }),
  },
});
