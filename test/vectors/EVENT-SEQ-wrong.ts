import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'EVENT-SEQ',
  title: 'the last event has another number',
  faults: { event: onEvent('close', () => true, (event) => ({ ...event, seq: 999 })) },
});
