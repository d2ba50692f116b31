import { defineCheck } from '../check.ts';
import type { EventOf } from '../parts.ts';
import { at } from '../where.ts';

export const reconciliationOf = defineCheck({
  id: 'RECONCILIATION-OF',
  title: 'the operation that an interruption left open was looked for on the HSM before another was proposed or begun',
  needs: ['events'],
  run({ events }, { report }) {
    let resume: EventOf<'resume'> | undefined;
    let due: number | null = null;
    for (const event of events) {
      if (event.type === 'resume') {
        resume = event;
        due = event.open;
      } else if (event.type === 'reconciliation') {
        if (resume?.open !== event.proposal) {
          const left =
            resume === undefined
              ? 'there was no interruption'
              : `event ${resume.seq} left ${resume.open ?? 'none'} open`;
          report(at(event), `speaks of the proposal in event ${event.proposal}; ${left}`);
        } else if (event.proposal === due) due = null;
      } else if ((event.type === 'proposed' || event.type === 'intent') && due !== null) {
        report(at(event), `nobody has looked yet for what the proposal in event ${due} left on the HSM`);
        due = null;
      }
    }
  },
});
