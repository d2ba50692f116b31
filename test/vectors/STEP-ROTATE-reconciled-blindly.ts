import { cutShort } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { adopting, rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROTATE',
  title: 'which PIN the HSM had after an interruption is stated as known, and nobody had logged in',
  faults: {
    record: rotating,
    events: chained(
      cutShort('rotate-user'),
      adopting('rotate-user'),
      changing(
        'reconciliation',
        (event) => event.step === 'rotate-user',
        (event) => ({ ...event, outcome: 'not-done' }),
      ),
    ),
  },
});
