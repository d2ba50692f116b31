import { CeremonyError } from '../base/errors.ts';
import { hexOf } from '../der/values.ts';
import { reasonCode } from '../x509/crl-extensions.ts';
import type { RevokedEntries } from '../x509/model.ts';
import {
  type Added,
  addedBy,
  changedList,
  listWith,
  NO_ENTRIES,
  repeated,
  type Succession,
  saidAgain,
} from './crl-succession.ts';
import { HOLD } from './hold.ts';
import type { LastCrl } from './last-crl.ts';
import { numberOf } from './previous-crl.ts';
import type { Revocation } from './request.ts';
import { unsigned } from './revocation-list.ts';

/** Whether a list has a certificate on hold. @param serial content octets, lower-case hex */
export function isOnHold(revoked: Pick<RevokedEntries, 'find'>, serial: string): boolean {
  const entry = revoked.find(serial);
  return entry !== undefined && reasonCode(entry.extensions) === HOLD;
}

/** What a delta CRL takes over from those before it. */
export interface DeltaSuccession extends Succession {
  /** Number of the complete CRL that it starts from. */
  readonly base: bigint;
}

/**
 * The numbers and entries of a delta CRL: all that the delta before it lists, so that each goes with the complete one by itself,
 * changed where it changes now; then what is new. What is released was on hold, and keeps its date (RFC 5280 §5.2.4 (b)).
 * @param added each of a certificate that is not revoked, or on hold
 * @param released serial numbers: content octets
 * @throws CeremonyError PROFILE_INVALID where an entry cannot be repeated; REVOCATION_UNFIT for a release of what is not on hold,
 *   of what is revoked by the same CRL, and for one that is asked for twice
 */
export function deltaAfter(
  { complete, delta, state }: LastCrl,
  added: Added,
  released: readonly Uint8Array[],
): DeltaSuccession {
  const [base, number] = [numberOf(complete), numberOf(state)];
  if (base === undefined || number === undefined)
    throw new CeremonyError('PROFILE_INVALID', 'no delta CRL can start from a CRL without a number');
  holdReleased(added, released);
  const changes = new Map<string, Revocation>();
  for (const one of added) if (delta?.revoked.find(hexOf(one.serial))) changes.set(hexOf(one.serial), one);
  const removals: Revocation[] = [];
  for (const serial of released) {
    const entry = state.revoked.find(hexOf(serial));
    if (!entry || !isOnHold(state.revoked, hexOf(serial)))
      throw new CeremonyError(
        'REVOCATION_UNFIT',
        `${hexOf(serial)} is released, and the last CRL ${entry ? 'has it revoked for good' : 'does not list it'}`,
        { hint: 'nothing is released by it: what is not on hold has no hold to be released from' },
      );
    const removal: Revocation = { ...repeated(entry), reason: 'removeFromCRL' };
    if (delta?.revoked.find(hexOf(serial))) changes.set(hexOf(serial), removal);
    else removals.push(removal);
  }
  const all = 'listed' in added ? addedBy(added.listed, [...added.decided, ...removals]) : [...added, ...removals];
  const before = delta ? saidAgain(delta.revoked) : listWith(NO_ENTRIES, []);
  return { base, number: number + 1n, revoked: changedList(before, changes, all) };
}

/** What is revoked and released by one CRL is neither: which was decided last nobody could tell. */
function holdReleased(added: Iterable<Revocation>, released: readonly Uint8Array[]): void {
  if (released.length === 0) return;
  const serials = new Set<string>();
  for (const serial of released) {
    const bare = unsigned(hexOf(serial));
    if (serials.has(bare))
      throw new CeremonyError('REVOCATION_UNFIT', `${hexOf(serial)} is released twice`, {
        hint: 'name each certificate that is released once',
      });
    serials.add(bare);
  }
  for (const { serial, reason } of added)
    if (serials.has(unsigned(hexOf(serial))))
      throw new CeremonyError(
        'REVOCATION_UNFIT',
        `${hexOf(serial)} is released, and the same CRL revokes it (${reason ?? 'no reason'})`,
        { hint: 'nothing is signed: leave out the one or the other' },
      );
}
