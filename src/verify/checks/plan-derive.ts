import { defineReading } from '../define-reading.ts';

export const planDerive = defineReading({
  id: 'PLAN-DERIVE',
  title: 'script and site make a plan: they have no problems',
  part: 'plan',
});
