import { rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'LEDGER-DERIVED',
  title: 'the ledger calls a share set current that another one has replaced',
  faults: {
    record: rotating,
    ledger: (ledger) => {
      ledger['shareSets'] = (ledger['shareSets'] as object[]).map((set) => ({ ...set, state: 'current' }));
    },
  },
});
