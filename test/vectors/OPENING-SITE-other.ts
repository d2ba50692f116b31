import { onEvent } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OPENING-SITE',
  title: 'the opening names another site',
  faults: { event: onEvent('opening', () => true, (event) => ({ ...event, site: OTHER_DIGEST })) },
  shell: true,
});
