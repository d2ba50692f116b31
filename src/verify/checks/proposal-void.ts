import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const proposalVoid = defineCheck({
  id: 'PROPOSAL-VOID',
  title: 'no proposal is approved or used after somebody declined it, a resume voided it or the ceremony was aborted',
  needs: ['proposals', 'events'],
  run({ proposals, events }, { report }) {
    const aborted = events.find((event) => event.type === 'abort');
    for (const { seq, declined, approvals, intents } of proposals) {
      const voided = events.find((event) => event.type === 'resume' && event.voided.includes(seq));
      const ends = [aborted, declined[0], voided].filter((event) => event !== undefined && event.seq > seq);
      const [end] = ends.sort((a, b) => (a?.seq ?? 0) - (b?.seq ?? 0));
      if (!end) continue;
      for (const event of [...approvals, ...intents]) {
        if (event.seq > end.seq) report(at(event), `the proposal in event ${seq} is void since event ${end.seq}`);
      }
    }
  },
});
