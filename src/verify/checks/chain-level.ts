import { LEVEL_OF } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import { chainLine } from '../where.ts';
import { misplacedLines } from '../withheld-places.ts';

export const chainLevel = defineCheck({
  id: 'CHAIN-LEVEL',
  title: 'the level of every event is that of its kind, and lines are withheld only where people say something',
  needs: ['chain', 'eventLines'],
  run({ chain, eventLines }, { derive, report, note }) {
    const misplaced = misplacedLines(eventLines, derive.steps);
    let withheld = 0;
    for (const { number, bytes, event } of eventLines) {
      const level = chain[number - 1]?.level;
      if (level === undefined) continue;
      if (event && LEVEL_OF[event.type] !== level) {
        report(
          chainLine(number),
          `"level" is "${level}"; events of type "${event.type}" are "${LEVEL_OF[event.type]}"`,
        );
      }
      if (bytes.length > 0) continue;
      withheld += 1;
      if (level !== 'restricted') report(chainLine(number), `the event is withheld, and its level is "${level}"`);
      const step = misplaced.get(number);
      if (step !== undefined)
        report(
          chainLine(number),
          `the event is withheld, in the midst of step "${step}", where nobody is asked anything`,
        );
    }
    if (withheld > 0) note(`${withheld} restricted events are withheld`);
  },
});
