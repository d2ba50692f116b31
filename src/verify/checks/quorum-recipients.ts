import { CLASS_OF } from '../../quorum/operation.ts';
import { memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const quorumRecipients = defineCheck({
  id: 'QUORUM-RECIPIENTS',
  title:
    'every share is sealed to the tokens of its custodian, all of them and no other, and every custodian may approve',
  needs: ['proposals', 'roster'],
  run({ proposals, roster }, { report }) {
    for (const { event, descriptor } of proposals) {
      const { operation } = descriptor;
      if (operation.op !== 'prepare-token') continue;
      const role = roster.classes.get(CLASS_OF[operation.op])?.role;
      for (const share of operation.sets.flatMap((set) => set.shares)) {
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
