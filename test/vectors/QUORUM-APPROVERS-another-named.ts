import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'QUORUM-APPROVERS',
  title: 'an intent names somebody who did not approve',
  faults: {
    event: onEvent('intent', (event) => event.approvers.length === 5, (event) => ({ ...event, approvers: ['alice', 'bob', 'carol', 'dave', 'gus'] })),
  },
  shell: true,
});
