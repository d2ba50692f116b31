import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const approvalTime = defineCheck({
  id: 'APPROVAL-TIME',
  title: 'nobody approved a proposal after it was used',
  needs: ['proposals'],
  run({ proposals }, { report }) {
    for (const { seq, approvals, intents } of proposals) {
      const intent = intents[0];
      for (const event of approvals) {
        if (intent && event.seq > intent.seq)
          report(at(event), `the proposal in event ${seq} was used before, in event ${intent.seq}`);
      }
    }
  },
});
