import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const chainCount = defineCheck({
  id: 'CHAIN-COUNT',
  title: 'there are as many events as chain lines, each ended by its line feed',
  needs: ['chainLines'],
  run({ chainLines }, { pack, options, report, note }) {
    const events = pack.eventLines().length;
    const tail = pack.tail(PATH.events).length;
    const surplus = events - chainLines.length;
    // The event line is written first: the last one may lack its chain line, and it is not part of the record then.
    if (options.outcome === 'interrupted' && (surplus === 0 || surplus === 1) && (surplus === 0 || tail === 0)) {
      if (surplus + tail > 0) note(`${PATH.events}: the last line was never committed`);
      return;
    }
    if (surplus !== 0) report(PATH.events, `${events} events; ${PATH.chain} has ${chainLines.length} lines`);
    if (tail > 0) report(PATH.events, `${tail} bytes follow the last line feed`);
  },
});
