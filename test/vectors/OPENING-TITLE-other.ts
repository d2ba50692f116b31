import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OPENING-TITLE',
  title: 'the opening has another title than the script',
  faults: { event: onEvent('opening', () => true, (event) => ({ ...event, title: 'Another ceremony' })) },
});
