import { defineReading } from '../define-reading.ts';

export const ledgerRead = defineReading({
  id: 'LEDGER-READ',
  title: 'ledger.json is canonical, and its members are those of its type',
  part: 'ledger',
});
