import { transitionsIn } from '../../ledger/key-history.ts';
import { signs } from '../../quorum/key-states.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const keyActive = defineCheck({
  id: 'KEY-ACTIVE',
  title:
    'no key signed in a state that forbids it: one in pre-activation a request for itself, or its own certificate, and nothing else',
  needs: ['done', 'events', 'plan', 'before'],
  run({ done, events, plan, before }, { report }) {
    const transitions = transitionsIn(plan, events, before);
    const first = new Map(before?.keys.map(({ spkiSha256, state }) => [spkiSha256, state]));
    for (const { operation, proposal, result } of done) {
      if (operation.op !== 'sign' && operation.op !== 'sign-list') continue;
      const own = transitions.filter(({ key }) => key === operation.key);
      const state = own.findLast(({ after }) => after < result.seq)?.to ?? first.get(operation.key);
      // Of one that nobody knows KEY-KNOWN tells.
      if (state === undefined || signs(state)) continue;
      const isFirstUse =
        operation.kind === 'request' || own.some(({ after, to }) => after === result.seq && to === 'active');
      if (state === 'pre-activation' && isFirstUse) continue;
      report(
        at(proposal.event),
        `the key ${operation.key} is ${state}, and signs a ${operation.kind.replace('-', ' ')} (SP 800-57 part 1 §7)`,
      );
    }
  },
});
