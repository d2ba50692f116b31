import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const approvalDuplicate = defineCheck({
  id: 'APPROVAL-DUPLICATE',
  title: 'nobody approved a proposal or a deviation twice: one person counts once',
  needs: ['ballots'],
  run({ ballots }, { report }) {
    for (const { what, approvals } of ballots) {
      const seen = new Set<string>();
      for (const event of approvals) {
        if (seen.has(event.seat)) report(at(event), `"${event.seat}" approved ${what} before`);
        seen.add(event.seat);
      }
    }
  },
});
