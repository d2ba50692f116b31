import { PATH } from '../../../pack/layout.ts';
import type { ChainCheck } from '../chain-check.ts';
import { called } from '../pack-chain.ts';

export const chainMode: ChainCheck = {
  id: 'CHAIN-MODE',
  title: 'all packs are of rehearsals, or all of production',
  run({ links }, { report }) {
    const [first] = links;
    for (const { name, opening } of links)
      if (first && opening.mode !== first.opening.mode)
        report(
          name,
          `${PATH.events}:1`,
          `"mode" is ${opening.mode}; that of ${called(first)} is ${first.opening.mode}`,
        );
  },
};
