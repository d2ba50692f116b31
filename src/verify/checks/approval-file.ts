import { approvalSignaturePath } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const approvalFile = defineCheck({
  id: 'APPROVAL-FILE',
  title: 'every approval that was recorded is there, as it was recorded',
  needs: ['events'],
  run({ events }, { pack, report }) {
    for (const event of events) {
      if (event.type !== 'approval') continue;
      const path = approvalSignaturePath(event.proposal, event.seat);
      const digest = pack.digest(path);
      if (digest === undefined) report(at(event), `records the approval "${path}", which the pack does not have`);
      else if (digest !== event.signature)
        report(at(event), `records the approval ${event.signature}; "${path}" has ${digest}`);
    }
  },
});
