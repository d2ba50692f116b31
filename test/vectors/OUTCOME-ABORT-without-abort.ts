import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OUTCOME-ABORT',
  title: 'the ceremony closes as aborted, and nothing aborted it',
  faults: { event: onEvent('close', () => true, (event) => ({ ...event, outcome: 'aborted' })), options: { outcome: 'aborted' } },
});
