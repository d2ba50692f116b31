import { PATH } from '../../../pack/layout.ts';
import type { ChainCheck } from '../chain-check.ts';

export const chainTwice: ChainCheck = {
  id: 'CHAIN-TWICE',
  title: 'no pack is given twice',
  run({ again }, { report }) {
    for (const { name, as } of again) report(name, PATH.manifest, `it is the same pack as ${as}: one of them counts`);
  },
};
