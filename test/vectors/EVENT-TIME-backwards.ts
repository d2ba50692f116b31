import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'EVENT-TIME',
  title: 'the second event is earlier than the first',
  faults: { event: onEvent('act', (event) => event.act === 0 && event.phase === 'begin', (event) => ({ ...event, at: '2027-03-10T08:00:00Z' })) },
});
