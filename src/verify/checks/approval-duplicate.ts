import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const approvalDuplicate = defineCheck({
  id: 'APPROVAL-DUPLICATE',
  title: 'nobody approved a proposal twice: one person counts once',
  needs: ['proposals'],
  run({ proposals }, { report }) {
    for (const { seq, approvals } of proposals) {
      const seen = new Set<string>();
      for (const event of approvals) {
        if (seen.has(event.seat)) report(at(event), `"${event.seat}" approved the proposal in event ${seq} before`);
        seen.add(event.seat);
      }
    }
  },
});
