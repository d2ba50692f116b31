import { defineCheck } from '../check.ts';
import type { EventOf } from '../parts.ts';
import { at } from '../where.ts';

export const pauseHead = defineCheck({
  id: 'PAUSE-HEAD',
  title: "a pause began over the record's own head, and people typed that head back when it ended",
  needs: ['events', 'heads'],
  run({ events, heads }, { report }) {
    let begun: EventOf<'pause'> | undefined;
    for (const event of events) {
      if (event.type !== 'pause') continue;
      if (event.phase === 'begin') {
        begun = event;
        const head = heads[event.seq - 2];
        if (event.head !== head)
          report(at(event), `"head" is ${event.head}; the chain before this event has ${head ?? 'none'}`);
      } else if (begun) {
        if (event.head !== begun.head)
          report(at(event), `"head" is ${event.head}; the pause began in event ${begun.seq} over ${begun.head}`);
        begun = undefined;
      }
    }
  },
});
