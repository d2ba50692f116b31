import { onEvent } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-DIGEST',
  title: 'people approved another digest than that of the descriptor',
  faults: { event: onEvent('proposed', (event) => event.step === 'root-key', (event) => ({ ...event, digest: OTHER_DIGEST })) },
  shell: true,
});
