import { PATH } from '../../../pack/layout.ts';
import { type ChainCheck, checkPairs } from '../chain-check.ts';
import { called } from '../pack-chain.ts';

export const chainNumber: ChainCheck = {
  id: 'CHAIN-NUMBER',
  title: 'the number of each ceremony is the next after that of the pack before',
  run(chain, { report }) {
    checkPairs(chain, (before, { name, opening }) => {
      if (opening.number !== before.opening.number + 1)
        report(name, `${PATH.events}:1`, `"number" is ${opening.number}; it follows ${called(before)}`);
    });
  },
};
