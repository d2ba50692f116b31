import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'APPROVAL-TOKEN',
  title: 'an approval names the token of somebody else',
  faults: { event: onEvent('approval', (event) => event.seat === 'erin', (event) => ({ ...event, token: 'token-3' })) },
});
