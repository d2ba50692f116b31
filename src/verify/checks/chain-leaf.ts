import { sha256 } from '../../base/digest.ts';
import { defineCheck } from '../check.ts';
import { eventLine } from '../where.ts';

export const chainLeaf = defineCheck({
  id: 'CHAIN-LEAF',
  title: 'every chain line holds the digest of its event line, as the bytes stand',
  needs: ['chain', 'eventLines'],
  run({ chain, eventLines }, { report }) {
    for (const { number, bytes } of eventLines) {
      const leaf = chain[number - 1]?.leaf;
      // An empty line is a withheld event: its leaf stands for it.
      if (leaf === undefined || bytes.length === 0) continue;
      const digest = sha256(bytes);
      if (digest !== leaf) report(eventLine(number), `SHA-256 is ${digest}; its chain line says ${leaf}`);
    }
  },
});
