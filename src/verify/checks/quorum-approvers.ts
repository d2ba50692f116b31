import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const quorumApprovers = defineCheck({
  id: 'QUORUM-APPROVERS',
  title: 'an intent names those who approved, and nobody else',
  needs: ['proposals', 'counts'],
  run({ proposals, counts }, { report }) {
    for (const { seq, intents } of proposals) {
      const counted = counts.get(seq)?.seats.join(', ') ?? '';
      const [intent] = intents;
      if (intent && intent.approvers.join(', ') !== counted) {
        report(at(intent), `"approvers" are "${intent.approvers.join(', ')}"; counted were "${counted}"`);
      }
    }
  },
});
