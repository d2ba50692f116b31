import type { Operation } from '../../quorum/operation.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const quorumShares = defineCheck({
  id: 'QUORUM-SHARES',
  title:
    'those who approved that a PIN is set, or a key wrapped or unwrapped, hold enough shares of each set that is opened for it',
  needs: ['done'],
  run({ done }, { report }) {
    for (const { operation, proposal } of done) {
      const [intent] = proposal.intents;
      if (!intent) continue;
      for (const { what, threshold, holders } of openedBy(operation)) {
        const held = holders.filter((seat) => intent.approvers.includes(seat)).length;
        if (held < threshold) report(at(intent), `the approvers hold ${held} shares of ${what}; ${threshold} open it`);
      }
    }
  },
});

interface Opened {
  readonly what: string;
  readonly threshold: number;
  readonly holders: readonly string[];
}

/**
 * The sets whose secrets are recombined: both of a token that is prepared, old and new of a rotation, the security officer's
 * of one that is erased, and that under which a key is wrapped or unwrapped.
 */
function openedBy(operation: Operation): readonly Opened[] {
  if (operation.op === 'zeroize-token' || operation.op === 'unwrap-key') {
    const { id, threshold, holders } = operation.set;
    const what = operation.op === 'unwrap-key' ? 'the kek set' : "the security officer's set";
    return [{ what: `${what} ${id}`, threshold, holders }];
  }
  if (operation.op !== 'prepare-token' && operation.op !== 'rotate-activation' && operation.op !== 'wrap-key')
    return [];
  const made = operation.op === 'prepare-token' ? operation.sets : [operation.set];
  const sets = made.map(({ id, kind, threshold, shares }) => ({
    what: `the ${kind} set ${id}`,
    threshold,
    holders: shares.map((share) => share.seat),
  }));
  if (operation.op !== 'rotate-activation') return sets;
  const { id, threshold, holders } = operation.replaces;
  return [...sets, { what: `the replaced set ${id}`, threshold, holders }];
}
