import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'LEDGER-READ',
  title: 'the ledger has a member that the format does not know',
  faults: { ledger: (ledger) => void (ledger['remark'] = 'none') },
});
