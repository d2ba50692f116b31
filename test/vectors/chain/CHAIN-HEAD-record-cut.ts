import { defineChainVector, firstPack, packAfter } from '../../forge/chain.ts';
import { PATH } from '../../../src/pack/layout.ts';
import { MemorySource } from '../../forge/memory-source.ts';
export const vector = defineChainVector({
  check: 'CHAIN-HEAD',
  title: 'the record of the pack before was cut after it was followed',
  packs: async () => {
    const first = await firstPack();
    const second = await packAfter(first);
    const files = new Map(first.files);
    const lines = Buffer.from(files.get(PATH.chain) as Uint8Array).toString().split('\n');
    files.set(PATH.chain, Buffer.from(`${lines.slice(0, -2).join('\n')}\n`));
    return [['first', { source: new MemorySource(files) }], ['second', second]];
  },
});
