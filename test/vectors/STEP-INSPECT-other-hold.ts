import { redescribed } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-INSPECT',
  title: 'the inventory was approved with an activation of fewer operations than planned',
  faults: { events: redescribed('hsm-empty', (descriptor) => void (descriptor['hold'] = { operations: 3, seconds: 1800 })) },
});
