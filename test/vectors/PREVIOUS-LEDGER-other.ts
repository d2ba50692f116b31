import { readLedger } from '../../src/ledger/read.ts';
import { ledgerBytes } from '../../src/ledger/ledger.ts';
import { PATH } from '../../src/pack/layout.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PREVIOUS-LEDGER',
  title: 'the ledger of the pack before was changed where this ceremony takes nothing from it',
  shell: true,
  faults: {
    follows: true,
    // Of what is known of the key that it uses nothing follows from when it was made: but the ledger after has it.
    files: (files) => {
      const ledger = readLedger(files.get(PATH.previousLedger) as Uint8Array);
      const keys = ledger.keys.map((key) => ({ ...key, generatedAt: '2020-01-01T00:00:00Z' }));
      files.set(PATH.previousLedger, ledgerBytes({ ...ledger, keys }));
      const after = readLedger(files.get(PATH.ledger) as Uint8Array);
      const known = after.keys.map((key) => ({ ...key, generatedAt: '2020-01-01T00:00:00Z' }));
      files.set(PATH.ledger, ledgerBytes({ ...after, keys: known }));
    },
  },
});
