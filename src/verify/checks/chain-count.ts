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
    // The event lines of a group are written before its chain lines: the last ones may lack theirs, and are not part of the record then.
    if (options.outcome === 'interrupted' && surplus >= 0) {
      const left = surplus + (tail > 0 ? 1 : 0);
      if (left > 0) note(`${PATH.events}: the last ${left === 1 ? 'line was' : `${left} lines were`} never committed`);
      return;
    }
    if (surplus !== 0) report(PATH.events, `${events} events; ${PATH.chain} has ${chainLines.length} lines`);
    if (tail > 0) report(PATH.events, `${tail} bytes follow the last line feed`);
  },
});
