import { NO_DIGEST } from '../../base/digest.ts';
import { defineCheck } from '../check.ts';
import { chainLine } from '../where.ts';

export const chainPrev = defineCheck({
  id: 'CHAIN-PREV',
  title: 'every chain line holds the digest of the one before it',
  needs: ['chain', 'heads'],
  run({ chain, heads }, { report }) {
    chain.forEach((line, index) => {
      const before = heads[index - 1] ?? NO_DIGEST;
      if (line.prev !== before) report(chainLine(index + 1), `"prev" is ${line.prev}; expected ${before}`);
    });
  },
});
