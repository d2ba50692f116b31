import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PLAN-DERIVED',
  title: 'plan.json is not the plan that the script makes',
  faults: { plan: (plan) => ({ ...plan, policy: 'Another CPS' }) },
});
