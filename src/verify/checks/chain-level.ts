import { LEVEL_OF } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import { chainLine } from '../where.ts';

export const chainLevel = defineCheck({
  id: 'CHAIN-LEVEL',
  title: 'the level of every event is that of its kind, and only what may be withheld is withheld',
  needs: ['chain', 'eventLines'],
  run({ chain, eventLines }, { report, note }) {
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
    }
    if (withheld > 0) note(`${withheld} restricted events are withheld`);
  },
});
