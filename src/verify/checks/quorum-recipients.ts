import { CLASS_OF, type Operation } from '../../quorum/operation.ts';
import { memberOf } from '../../quorum/roster.ts';
import type { ShareSet } from '../../quorum/share-set.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const quorumRecipients = defineCheck({
  id: 'QUORUM-RECIPIENTS',
  title:
    'every share is sealed to the tokens of its custodian, all of them and no other, and every custodian may approve',
  needs: ['proposals', 'rosterAt'],
  run({ proposals, rosterAt }, { report }) {
    for (const { event, descriptor } of proposals) {
      const { operation } = descriptor;
      const roster = rosterAt(event.seq);
      const made = madeBy(operation);
      const role = roster.classes.get(CLASS_OF[operation.op])?.role;
      for (const share of made.flatMap((set) => set.shares)) {
        const member = memberOf(roster, share.seat);
        const tokens = member?.tokens.map((token) => token.encryptionSpki).sort() ?? [];
        if (!member || member.role !== role)
          report(at(event), `"${share.seat}", who would hold a share, is no ${role ?? 'approver'} of the roster`);
        else if (tokens.join() !== share.recipients.toSorted().join()) {
          report(at(event), `the share of "${share.seat}" is not sealed to exactly their ${tokens.length} tokens`);
        }
      }
    }
  },
});

function madeBy(operation: Operation): readonly ShareSet[] {
  if (operation.op === 'prepare-token') return operation.sets;
  return operation.op === 'rotate-activation' || operation.op === 'wrap-key' ? [operation.set] : [];
}
