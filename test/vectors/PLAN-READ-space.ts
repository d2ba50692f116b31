import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PLAN-READ',
  title: 'plan.json ends in a space',
  faults: { planBytes: (bytes) => Buffer.concat([bytes, Buffer.from(' ')]) },
});
