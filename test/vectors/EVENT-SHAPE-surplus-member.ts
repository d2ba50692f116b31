import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'EVENT-SHAPE',
  title: 'an event has a member that its type does not have',
  faults: { event: onEvent('close', () => true, (event) => ({ ...event, remark: 'none' })) },
});
