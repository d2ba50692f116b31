import { PATH } from '../../../pack/layout.ts';
import { type ChainCheck, checkPairs } from '../chain-check.ts';
import { called } from '../pack-chain.ts';

export const chainLedger: ChainCheck = {
  id: 'CHAIN-LEDGER',
  title: 'the ledger from which each ceremony started is the one in the pack before, byte for byte',
  run(chain, { report }) {
    checkPairs(chain, (before, { name, pack }) => {
      const [carried, there] = [pack.digest(PATH.previousLedger), before.pack.digest(PATH.ledger)];
      if (carried !== there)
        report(name, PATH.previousLedger, `SHA-256 is ${carried ?? '(absent)'}; that of ${called(before)} is ${there}`);
    });
  },
};
