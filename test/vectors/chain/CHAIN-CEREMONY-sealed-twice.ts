import { defineChainVector, firstPack } from '../../forge/chain.ts';
import { forge } from '../../forge/forge.ts';
export const vector = defineChainVector({
  check: 'CHAIN-CEREMONY',
  title: 'one ceremony was sealed twice, with another ledger the second time',
  packs: async () => {
    const first = await firstPack();
    const again = await forge({ ledger: (ledger) => void (ledger['custody'] = []), manifest: (manifest) => void (manifest['outcome'] = 'aborted') });
    return [['first', first], ['again', again]];
  },
});
