import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const proposalResult = defineCheck({
  id: 'PROPOSAL-RESULT',
  title:
    'every intent has one result after it, or was found open after an interruption and held to the HSM; no result stands without an intent',
  needs: ['events', 'proposals'],
  run({ events, proposals }, { options, report, note }) {
    for (const { seq, intents, results } of proposals) {
      const [intent] = intents;
      const [first, ...more] = results;
      for (const result of more) report(at(result), `a second result of the proposal in event ${seq}`);
      if (first && (!intent || intent.seq > first.seq))
        report(at(first), `a result without an intent before it, for the proposal in event ${seq}`);
      if (!intent || first) continue;
      const isResumed = events.some((event) => event.type === 'resume' && event.open === seq);
      const isReconciled = events.some((event) => event.type === 'reconciliation' && event.proposal === seq);
      if (isResumed && isReconciled) continue;
      // Aborted before its step had begun again: nobody looked at the HSM any more.
      const isLeft = isResumed && events.some((event) => event.type === 'abort' && event.seq > intent.seq);
      if (options.outcome === 'interrupted' || isLeft)
        note(`event ${intent.seq} is an intent without a result: what the HSM did is not recorded`);
      else report(at(intent), `an intent without a result, for the proposal in event ${seq}`);
    }
  },
});
