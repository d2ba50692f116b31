import { type Ledger, ledgerBytes } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { PATH } from '../../src/pack/layout.ts';
import { defineVector } from '../forge/vector.ts';

/** Nothing that this ceremony does follows from when a key was made; the ledger after it repeats it. */
const older = (keys: Ledger['keys']) => keys.map((key) => ({ ...key, generatedAt: '2020-01-01T00:00:00Z' }));

export const vector = defineVector({
  check: 'PREVIOUS-LEDGER',
  title: 'the ledger of the pack before was changed where this ceremony takes nothing from it',
  shell: true,
  faults: {
    follows: true,
    before: (files) => {
      const ledger = readLedger(files.get(PATH.previousLedger) as Uint8Array);
      files.set(PATH.previousLedger, ledgerBytes({ ...ledger, keys: older(ledger.keys) }));
    },
    ledger: (ledger) => void (ledger['keys'] = older(ledger['keys'] as Ledger['keys'])),
  },
});
