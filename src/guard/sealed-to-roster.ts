import { CeremonyError } from '../base/errors.ts';
import type { Operation } from '../quorum/operation.ts';
import { memberOf, type Roster } from '../quorum/roster.ts';
import type { ShareSet } from '../quorum/share-set.ts';
import { type IsLost, requireNoneLost } from './losses.ts';

/**
 * Every share that is about to be put to use is sealed to the tokens that its holder has by the roster in force: all of them, and
 * no other. A set that was sealed before the roster changed would give the lost card of somebody who stays a share of what opens
 * the HSM from now on, and so would one of somebody whose card is declared lost. What may have reached a token already is finished with the set with which it was begun: nothing else can.
 * @throws CeremonyError SHARE_FOREIGN_SET, TOKEN_UNEXPECTED
 */
export function holdSealedToRoster(roster: Roster, operation: Operation, isLost: IsLost = () => false): void {
  for (const set of putToUse(operation))
    for (const { seat, recipients } of set.shares) {
      const held = memberOf(roster, seat)?.tokens ?? [];
      requireNoneLost({ seat, tokens: held }, isLost);
      const tokens = held.map(({ encryptionSpki }) => encryptionSpki).sort();
      if (tokens.length > 0 && tokens.join() === recipients.toSorted().join()) continue;
      throw new CeremonyError(
        'SHARE_FOREIGN_SET',
        tokens.length === 0
          ? `the ${set.kind} set ${set.id} has a share of "${seat}", who has no token on the roster in force`
          : `the share of "${seat}" in the ${set.kind} set ${set.id} is sealed to other tokens than the ${tokens.length} that "${seat}" has on the roster in force`,
        { hint: 'have a new set made: one that was sealed before the roster changed is not put to use after it' },
      );
    }
}

/** Sets that were made for this operation, and that nothing has had the PIN or the key of yet. */
function putToUse(operation: Operation): readonly ShareSet[] {
  switch (operation.op) {
    case 'prepare-token':
      return operation.adopts === null ? operation.sets : [];
    case 'rotate-activation':
      return operation.adopts === null ? [operation.set] : [];
    case 'wrap-key':
      return [operation.set];
    default:
      return [];
  }
}
