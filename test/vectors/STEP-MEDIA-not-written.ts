import { dropping } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-MEDIA',
  title: 'a medium was never written',
  faults: { events: dropping((event) => event.type === 'observation' && event.step === 'publish-out') },
});
