import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'KEY-POSSESSION',
  title: 'a new key signed something that nobody approved',
  faults: { event: onEvent('result', (event) => 'possession' in event.facts, (event) => ({ ...event, facts: { ...event.facts, possession: 'AAAA' } })) },
});
