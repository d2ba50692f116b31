import { rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'LEDGER-DERIVED',
  title: 'the ledger keeps quiet about an envelope that nobody has opened yet',
  faults: {
    record: rotating,
    ledger: (ledger) => {
      ledger['shareSets'] = (ledger['shareSets'] as object[]).map((set) => ({ ...set, unproven: [] }));
    },
  },
});
