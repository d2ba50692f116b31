import { lastLosses } from '../../ledger/losses.ts';
import { memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const approvalLost = defineCheck({
  id: 'APPROVAL-LOST',
  title: 'nobody approves with a quorum token that is lost',
  needs: ['ballots', 'rosterAt', 'before', 'events'],
  run({ ballots, rosterAt, before, events }, { report }) {
    const earlier = new Set(
      lastLosses(before ?? {}).flatMap(({ kind, thing, state }) =>
        kind === 'quorum-token' && state === 'lost' ? [thing] : [],
      ),
    );
    const declared = events.flatMap((event) =>
      event.type === 'result' && event.outcome === 'done' && event.facts['kind'] === 'quorum-token'
        ? [{ seq: event.seq, thing: event.facts['thing'], isLost: event.facts['to'] === 'lost' }]
        : [],
    );
    if (earlier.size === 0 && declared.length === 0) return;
    const isLost = (thing: string, seq: number) =>
      declared.findLast((one) => one.thing === thing && one.seq < seq)?.isLost ?? earlier.has(thing);
    for (const event of ballots.flatMap((ballot) => ballot.approvals)) {
      // Two cards of one person may have one serial, or none.
      const named =
        memberOf(rosterAt(event.seq), event.seat)?.tokens.filter(({ serial }) => serial === event.token) ?? [];
      if (named.length > 0 && named.every(({ signingSpki }) => isLost(signingSpki, event.seq)))
        report(at(event), `"${event.seat}" approved with a token that was declared lost, and not found before`);
    }
  },
});
