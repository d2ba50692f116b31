import { onEvent } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OPENING-PLAN',
  title: 'the opening names another plan',
  faults: { event: onEvent('opening', () => true, (event) => ({ ...event, plan: OTHER_DIGEST })) },
  shell: true,
});
