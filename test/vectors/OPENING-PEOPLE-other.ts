import { onEvent } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OPENING-PEOPLE',
  title: 'the opening names another people',
  faults: { event: onEvent('opening', () => true, (event) => ({ ...event, people: OTHER_DIGEST })) },
  shell: true,
});
