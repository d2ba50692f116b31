import { cutShort } from '../forge/at-table.ts';
import { chained, moving } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'RECONCILIATION-OF',
  title: 'an operation was proposed anew before anybody had looked for the interrupted one',
  faults: {
    events: chained(
      cutShort('first-crl'),
      moving(
        (event) => event.type === 'reconciliation',
        (event) => event.type === 'approval',
      ),
    ),
  },
});
