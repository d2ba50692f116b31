import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';
import { chainLine } from '../where.ts';

export const chainRead = defineCheck({
  id: 'CHAIN-READ',
  title: 'every chain line is canonical, has the members of a chain line, and ends in a line feed',
  needs: ['chainLines'],
  run({ chainLines }, { pack, options, report, note }) {
    for (const { number, problem } of chainLines) if (problem) report(chainLine(number), problem.message);
    const tail = pack.tail(PATH.chain).length;
    if (tail === 0) return;
    const message = `${tail} bytes follow the last line feed`;
    if (options.outcome === 'interrupted') note(`${PATH.chain}: ${message}: that event was never committed`);
    else report(PATH.chain, message);
  },
});
