import { defineCheck } from '../check.ts';
import { chainLine } from '../where.ts';

export const chainSeq = defineCheck({
  id: 'CHAIN-SEQ',
  title: 'chain line i says that it is i',
  needs: ['chain'],
  run({ chain }, { report }) {
    chain.forEach((line, index) => {
      if (line.seq !== index + 1) report(chainLine(index + 1), `"seq" is ${line.seq}`);
    });
  },
});
