import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { CLASS_OF, type Operation } from '../../quorum/operation.ts';
import { memberOf } from '../../quorum/roster.ts';
import type { ShareSet } from '../../quorum/share-set.ts';
import { defineCheck } from '../check.ts';
import { lostTokens } from '../lost-tokens.ts';
import type { Proposal } from '../parts.ts';
import { at } from '../where.ts';

export const quorumRecipients = defineCheck({
  id: 'QUORUM-RECIPIENTS',
  title:
    'every share is sealed to the tokens of its custodian, all of them and no other, none of which is lost, and every custodian may approve',
  needs: ['proposals', 'rosterAt', 'before', 'events'],
  run({ proposals, rosterAt, before, events }, { report }) {
    const wasLost = lostTokens(before, events);
    for (const proposal of proposals) {
      const { event, descriptor } = proposal;
      const { operation } = descriptor;
      const roster = rosterAt(event.seq);
      const made = madeBy(operation).filter((set) => !isFinished(set, proposal, proposals));
      const role = roster.classes.get(CLASS_OF[operation.op])?.role;
      for (const share of made.flatMap((set) => set.shares)) {
        const member = memberOf(roster, share.seat);
        const tokens = member?.tokens.map((token) => token.encryptionSpki).sort() ?? [];
        if (!member || member.role !== role)
          report(at(event), `"${share.seat}", who would hold a share, is no ${role ?? 'approver'} of the roster`);
        else if (tokens.join() !== share.recipients.toSorted().join()) {
          report(at(event), `the share of "${share.seat}" is not sealed to exactly their ${tokens.length} tokens`);
        } else {
          // What is lost before it is put to use gets no share either.
          const seq = proposal.intents.at(-1)?.seq ?? event.seq;
          if (member.tokens.some(({ signingSpki }) => wasLost?.(signingSpki, seq)))
            report(at(event), `the share of "${share.seat}" is sealed to a token that was declared lost`);
        }
      }
    }
  },
});

function madeBy(operation: Operation): readonly ShareSet[] {
  if (operation.op === 'prepare-token') return operation.sets;
  return operation.op === 'rotate-activation' || operation.op === 'wrap-key' ? [operation.set] : [];
}

/**
 * What may have reached a token is finished with the set with which it was begun: nothing else can. That set is held to the
 * roster under which it was begun, where it was proposed first; the guard lets it through in the same way.
 */
function isFinished(set: ShareSet, { seq, descriptor }: Proposal, proposals: readonly Proposal[]): boolean {
  const { operation } = descriptor;
  const adopts = operation.op === 'prepare-token' || operation.op === 'rotate-activation' ? operation.adopts : null;
  const as = canonicalJson(set as unknown as Json);
  return (
    adopts !== null &&
    proposals.some(
      (earlier) =>
        earlier.seq < seq &&
        earlier.intents.length > 0 &&
        earlier.descriptor.operation.op === operation.op &&
        madeBy(earlier.descriptor.operation).some((one) => canonicalJson(one as unknown as Json) === as),
    )
  );
}
