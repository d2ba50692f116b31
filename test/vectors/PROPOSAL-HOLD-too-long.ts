import { redescribed } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-HOLD',
  title: 'an activation was approved to stand longer than the act allows',
  faults: { events: redescribed('root-key', (descriptor) => void (descriptor['hold'] = { operations: 4, seconds: 3600 })) },
});
