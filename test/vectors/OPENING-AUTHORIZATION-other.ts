import { onEvent } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OPENING-AUTHORIZATION',
  title: 'the opening names another authorization',
  faults: { event: onEvent('opening', () => true, (event) => ({ ...event, authorization: OTHER_DIGEST })) },
  shell: true,
});
