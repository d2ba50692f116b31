import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'LEDGER-DERIVED',
  title: 'the ledger leaves out the key',
  faults: { ledger: (ledger) => void (ledger['keys'] = []) },
});
