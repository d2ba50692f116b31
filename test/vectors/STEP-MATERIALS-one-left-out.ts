import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-MATERIALS',
  title: 'the HSM was not compared with the list',
  faults: {
    record: { vault: true },
    events: changing(
      'answer',
      (event) => event.step === 'table',
      (event) => {
        const { hsm: _left, ...values } = event.values;
        return { ...event, values };
      },
    ),
  },
});
