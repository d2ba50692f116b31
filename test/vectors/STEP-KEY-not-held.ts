import { redescribed } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-KEY',
  title: 'the key was approved without the activation that the plan holds',
  faults: { events: redescribed('root-key', (descriptor) => void (descriptor['hold'] = null)) },
});
