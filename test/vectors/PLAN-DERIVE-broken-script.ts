import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PLAN-DERIVE',
  title: 'the script makes no plan',
  faults: { documents: (documents) => void (documents.script += 'broken: [') },
});
