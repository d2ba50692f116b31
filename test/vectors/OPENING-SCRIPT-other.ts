import { onEvent } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OPENING-SCRIPT',
  title: 'the opening names another script',
  faults: { event: onEvent('opening', () => true, (event) => ({ ...event, script: OTHER_DIGEST })) },
  shell: true,
});
