import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const resumeVoided = defineCheck({
  id: 'RESUME-VOIDED',
  title: 'a resume voids all proposals that might still have been used, and no other: no approval outlives a guard',
  needs: ['events'],
  run({ events }, { report }) {
    const open = new Set<number>();
    for (const event of events) {
      if (event.type === 'proposed') open.add(event.seq);
      if (event.type === 'declined' || event.type === 'intent') open.delete(event.proposal);
      if (event.type !== 'resume') continue;
      for (const seq of open) {
        if (!event.voided.includes(seq)) report(at(event), `does not void the proposal in event ${seq}`);
      }
      for (const [index, seq] of event.voided.entries()) {
        if (!open.has(seq) || event.voided.indexOf(seq) !== index)
          report(at(event), `voids event ${seq}, which is no open proposal`);
      }
      open.clear();
    }
  },
});
