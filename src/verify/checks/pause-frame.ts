import { defineCheck } from '../check.ts';
import type { EventOf } from '../parts.ts';
import { at } from '../where.ts';

export const pauseFrame = defineCheck({
  id: 'PAUSE-FRAME',
  title: 'pauses begin and end in turn, and nothing but refusals stands between',
  needs: ['events'],
  run({ events }, { report }) {
    let open: EventOf<'pause'> | undefined;
    let before = 0;
    for (const event of events) {
      if (open && event.seq !== before + 1)
        report(at(event), `a line is withheld before this, in the pause that began in event ${open.seq}`);
      before = event.seq;
      if (event.type === 'pause' && event.phase === 'end') {
        if (!open) report(at(event), 'a pause ends, and none began before');
        open = undefined;
        continue;
      }
      // Whoever aborts, and a crash, end a pause too.
      if (event.type === 'abort' || event.type === 'resume') open = undefined;
      if (open && event.type !== 'refusal') {
        report(at(event), `${event.type} in the pause that began in event ${open.seq}`);
        open = undefined;
      }
      if (event.type === 'pause') open = event;
    }
  },
});
