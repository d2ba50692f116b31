import { CLASS_OF } from '../../quorum/operation.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const quorumCount = defineCheck({
  id: 'QUORUM-COUNT',
  title: 'no HSM was used unless as many distinct people had approved as roster and script demand',
  needs: ['proposals', 'counts', 'plan'],
  run({ proposals, counts, plan }, { report }) {
    for (const { seq, descriptor, intents } of proposals) {
      const [intent] = intents;
      const count = counts.get(seq);
      if (!intent || !count) continue;
      const need = Math.max(count.need, plan.quorums[CLASS_OF[descriptor.operation.op]] ?? 0);
      if (count.seats.length < need) {
        report(
          at(intent),
          `${count.seats.length} of ${need} needed people approved (${count.seats.join(', ') || 'nobody'})`,
        );
      }
    }
  },
});
