import { PATH, statementSignaturePath } from '../../pack/layout.ts';
import { type Member, memberOf } from '../../quorum/roster.ts';
import { rosterChangeBytes, rosterDifference } from '../../quorum/roster-change.ts';
import { recordedApprovals } from '../ballots.ts';
import { defineCheck } from '../check.ts';
import { lostTokens } from '../lost-tokens.ts';
import { isSignedBy, signaturesIn } from '../signatures-in.ts';
import { at } from '../where.ts';

/** A signature, and what it stands for. */
interface Made {
  readonly where: string;
  readonly did: string;
  readonly member: Member | undefined;
  readonly signature: Uint8Array;
  readonly content: Uint8Array;
  /** Of the event from which on it counts. */
  readonly seq: number;
}

export const approvalLost = defineCheck({
  id: 'APPROVAL-LOST',
  title: 'nobody authorizes, approves or signs with a quorum token that is lost',
  needs: ['ballots', 'proposals', 'roster', 'changed', 'rosterAt', 'ceremony', 'authorization', 'before', 'events'],
  run({ ballots, proposals, roster, changed, rosterAt, ceremony, authorization, before, events }, { pack, report }) {
    const isLost = lostTokens(before, events);
    if (!isLost) return;
    const approved = ballots.flatMap(({ seq, statement, approvals }): Made[] => {
      const signatures = new Map(recordedApprovals(pack, seq, approvals).map((one) => [one.seat, one.signature]));
      // What was approved counts where it is used: a token that was lost in between may have been anybody's.
      const used = proposals.find((proposal) => proposal.seq === seq)?.intents.at(-1)?.seq;
      return approvals.flatMap((event) => {
        const signature = signatures.get(event.seat);
        const member = memberOf(rosterAt(event.seq), event.seat);
        const made = { where: at(event), did: 'approved', member, content: statement, seq: used ?? event.seq };
        return signature ? [{ ...made, signature }] : [];
      });
    });
    const change = changed
      ? rosterChangeBytes({
          ...{ ceremony, authorization: authorization.digest, previous: roster.digest, roster: changed.after.digest },
          ...rosterDifference(roster, changed.after),
        })
      : undefined;
    const signed = (
      [
        ['authorization', 'authorized the ceremony', roster, pack.file(PATH.authorization), 0],
        ['roster/change', 'approved the change of the roster', roster, change, changed?.since],
        ['roster/next', 'signed the roster that follows', changed?.after, changed?.bytes, changed?.since],
        ['signatures', 'signed the manifest', rosterAt(Infinity), pack.file(PATH.manifest), Infinity],
      ] as const
    ).flatMap(([folder, did, by, content, seq]): Made[] =>
      by && content && seq !== undefined
        ? signaturesIn(pack, folder).map(({ seat, path, signature }) => ({
            ...{ where: path, did, member: memberOf(by, seat), signature, content, seq },
          }))
        : [],
    );
    const stated = events.flatMap((event): Made[] => {
      if (event.type !== 'statement' || event.statement === null) return [];
      const path = statementSignaturePath(event.statement);
      const [signature, content] = [pack.file(path), pack.file(event.statement)];
      // Whoever is enrolled signs with the token that is enrolled.
      const by = rosterAt(event.kind === 'enrolment' ? Infinity : event.seq);
      const made = { where: path, did: 'made a statement', member: memberOf(by, event.seat), seq: event.seq };
      return signature && content ? [{ ...made, signature, content }] : [];
    });
    for (const { where, did, member, signature, content, seq } of [...approved, ...stated, ...signed]) {
      if (!member || !isSignedBy(member, signature, content)) continue;
      const tokens = member.tokens.filter(({ signingSpki }) => !isLost(signingSpki, seq));
      if (tokens.length < member.tokens.length && !isSignedBy({ ...member, tokens }, signature, content))
        report(where, `"${member.seat}" ${did} with a token that was declared lost, and not found before`);
    }
  },
});
