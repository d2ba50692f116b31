import { onEvent } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OPENING-ROSTER',
  title: 'the opening names another roster',
  faults: { event: onEvent('opening', () => true, (event) => ({ ...event, roster: OTHER_DIGEST })) },
  shell: true,
});
