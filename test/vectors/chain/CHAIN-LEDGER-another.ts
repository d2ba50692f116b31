import { defineChainVector, firstPack, packAfter } from '../../forge/chain.ts';
import { ledgerBytes } from '../../../src/ledger/ledger.ts';
import { readLedger } from '../../../src/ledger/read.ts';
import { PATH } from '../../../src/pack/layout.ts';
export const vector = defineChainVector({
  check: 'CHAIN-LEDGER',
  title: 'the ledger that a ceremony started from is not the one in the pack before',
  packs: async () => {
    const first = await firstPack();
    const second = await packAfter(first, {
      before: (files) => {
        const ledger = readLedger(files.get(PATH.previousLedger) as Uint8Array);
        files.set(PATH.previousLedger, ledgerBytes({ ...ledger, crls: [] }));
      },
    });
    return [['first', first], ['second', second]];
  },
});
