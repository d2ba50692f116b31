import { canonicalJson } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { namedSet } from '../quorum/named-set.ts';
import type { Operation } from '../quorum/operation.ts';
import { type Roster, shareThresholds } from '../quorum/roster.ts';
import type { ShareSet } from '../quorum/share-set.ts';
import type { Custody } from './custody.ts';
import type { HsmSession } from './hsm.ts';

type Rotation = Extract<Operation, { op: 'rotate-activation' }>;

/**
 * Whether a new set may be made to replace the current one of its kind.
 * @throws CeremonyError TOKEN_UNEXPECTED for a token whose sets are not known, a blank one among them; DESCRIPTOR_INVALID
 *   while it is active, while the end of a rotation is not known, or with a threshold below the roster's or across the
 *   other set's
 */
export function holdToNextSet(
  custody: Custody,
  hsm: HsmSession,
  roster: Roster,
  wanted: { readonly kind: ShareSet['kind']; readonly threshold: number; readonly custodians: number },
): void {
  const { name } = hsm.authorized;
  const { kind, threshold, custodians } = wanted;
  const [current, other] = [custody.current(name, kind), custody.current(name, kind === 'user' ? 'so' : 'user')];
  if (hsm.serial === null || !current || !other)
    throw new CeremonyError('TOKEN_UNEXPECTED', `no share set of "${name}" is known that could be replaced`);
  holdToInactive(hsm);
  if (custody.begun(name) !== null) {
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `a rotation of the activation of "${name}" was begun and its end is not known; it is finished before another`,
    );
  }
  const { userThreshold, soThreshold } = shareThresholds(roster);
  // The security officer's PIN alone could set a new user PIN: its threshold is never the lower one.
  const [least, most] =
    kind === 'user'
      ? [userThreshold, Math.min(custodians, other.threshold)]
      : [Math.max(soThreshold, other.threshold), custodians];
  if (threshold < least || threshold > most) {
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `threshold ${threshold} of ${custodians} custodians for a new ${kind} set of "${name}"; it must be ${least} to ${most}`,
    );
  }
}

/**
 * The set is the one that this guard made, or with which a rotation was begun; what it replaces is the current one.
 * @throws CeremonyError SHARE_FOREIGN_SET, DESCRIPTOR_INVALID
 */
export function judgeRotation(custody: Custody, hsm: HsmSession, operation: Rotation): void {
  const { name } = operation.hsm;
  holdToInactive(hsm);
  holdToCurrent(custody, operation);
  if (canonicalJson(custody.next(name) ?? null) !== canonicalJson(operation.set)) {
    throw new CeremonyError(
      'SHARE_FOREIGN_SET',
      `the share set of the descriptor is not the one made to replace another of "${name}"`,
    );
  }
  const begun = custody.begun(name);
  if (operation.adopts !== begun) {
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `the descriptor finishes ${operation.adopts ?? 'no rotation'}; begun on "${name}" was ${begun ?? 'none'}`,
    );
  }
}

/**
 * A rotation that the quorum approved before an interruption.
 * @param digest of its descriptor
 * @param serial of the token when it is known to be done; null when it is only known to be begun
 * @throws CeremonyError TOKEN_UNEXPECTED, SHARE_FOREIGN_SET
 */
export function recallRotation(
  custody: Custody,
  hsm: HsmSession,
  operation: Rotation,
  digest: Sha256,
  serial: string | null,
): void {
  const { name } = operation.hsm;
  if (operation.hsm.serial !== hsm.serial || (serial !== null && serial !== hsm.serial)) {
    throw new CeremonyError(
      'TOKEN_UNEXPECTED',
      `the activation of the token with serial ${serial ?? operation.hsm.serial} was rotated; "${name}" has serial ${hsm.serial ?? 'none'}`,
    );
  }
  holdToCurrent(custody, operation);
  custody.prepareNext(name, operation.set, digest);
  if (serial !== null) custody.supersede(name);
}

function holdToCurrent(custody: Custody, { hsm, replaces, set }: Rotation): void {
  const current = custody.current(hsm.name, set.kind);
  if (current && canonicalJson(namedSet(current)) === canonicalJson(replaces)) return;
  throw new CeremonyError(
    'SHARE_FOREIGN_SET',
    `the descriptor replaces the set ${replaces.id} (${replaces.threshold} of ${replaces.holders.length}); the ${set.kind} set of "${hsm.name}" is ${current?.id ?? 'not known'}`,
  );
}

function holdToInactive(hsm: HsmSession): void {
  if (!hsm.active) return;
  throw new CeremonyError(
    'DESCRIPTOR_INVALID',
    `"${hsm.authorized.name}" is active; nobody is logged in while its PIN changes`,
    { hint: 'deactivate it first' },
  );
}
