import { PATH } from '../../../pack/layout.ts';
import type { ChainCheck } from '../chain-check.ts';
import { called } from '../pack-chain.ts';

export const chainCeremony: ChainCheck = {
  id: 'CHAIN-CEREMONY',
  title: 'no ceremony has two packs',
  run({ links }, { report }) {
    for (const [ceremony, own] of Map.groupBy(links, (link) => link.ceremony)) {
      const [first, ...others] = own;
      for (const { name } of others)
        report(
          name,
          PATH.events,
          `its first event, ${ceremony}, is that of ${first && called(first)}, and the manifests differ`,
        );
    }
  },
};
