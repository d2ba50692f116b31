import { CeremonyError } from '../base/errors.ts';
import { OID, oidName } from '../der/oid.ts';
import { hexOf } from '../der/values.ts';
import { invalidityDate, reasonCode } from '../x509/crl-extensions.ts';
import type { CertificateList, Extension, RevokedEntries, RevokedEntry } from '../x509/model.ts';
import { readRevoked } from '../x509/revoked-entries.ts';
import { HOLD } from './hold.ts';
import { listWithout } from './list-without.ts';
import { numberOf } from './previous-crl.ts';
import type { CrlRequest, Revocation, RevokedList } from './request.ts';
import type { RevocationList } from './taken-list.ts';
import { timeFormFault } from './time-form.ts';

/** What a CRL takes over from the one before it. */
export interface Succession {
  /** One above its number (RFC 5280 §5.2.3). */
  readonly number: bigint;
  /** All its entries, in its order, each with its dates and its reason as they were; then those that are added. */
  readonly revoked: CrlRequest['revoked'];
  /** Of a delta CRL: number of the complete one that it starts from. */
  readonly base?: bigint;
}

/**
 * No entry of a CRL is lost or changed in the one after it: RFC 5280 §3.3 lets one go only once it has appeared on a CRL
 * issued beyond the certificate's validity, and this program lets none go.
 * @throws CeremonyError PROFILE_INVALID when the CRL before has no number, or an entry that could not be repeated as it is
 */
export function crlAfter(previous: CertificateList): Succession {
  const number = numberOf(previous);
  if (number === undefined) refuse('it has no CRL number');
  return { number: (number as bigint) + 1n, revoked: saidAgain(previous.revoked) };
}

/**
 * The entries of a CRL once more, where they stand if they can.
 * @throws CeremonyError PROFILE_INVALID for one that could not be repeated as it is
 */
export function saidAgain(revoked: RevokedEntries): CrlRequest['revoked'] {
  let isOurForm = true;
  // The same octets are read as the same array: of a million entries, those with one reason are judged once.
  let judged = new Set<readonly Extension[]>();
  for (const entry of revoked) {
    const { extensions } = entry;
    if (!judged.has(extensions)) {
      repeated(entry);
      if (judged.size > MOST_JUDGED) judged = new Set();
      judged.add(extensions);
    }
    isOurForm &&= isInOurForm(entry);
  }
  // What another CA's program wrote otherwise than RFC 5280 has it is said again, in the form that it has there.
  return isOurForm ? listWith(revoked, []) : Array.from(revoked, repeated);
}

const MOST_JUDGED = 100;

/** Whether an entry that can be repeated is as this program writes it, byte for byte. */
function isInOurForm({ at, extensionsPresent, extensions }: RevokedEntry): boolean {
  return (
    timeFormFault('its date', at).length === 0 &&
    extensionsPresent === extensions.length > 0 &&
    extensions.every(({ criticalEncoded }) => !criticalEncoded)
  );
}

/** What a CRL adds to the one before. */
export type Added = RevokedList['added'];

/** What a list names, in its order, and then what was decided. */
export function addedBy(listed: RevocationList, decided: readonly Revocation[]): Added {
  return {
    ...{ listed, decided },
    *[Symbol.iterator]() {
      for (const { revocation } of listed) yield revocation;
      yield* decided;
    },
  };
}

/** A list that keeps these entries, says of some what is changed, and adds to them. */
export function listWith(
  kept: RevokedEntries,
  added: Added,
  changed: ReadonlyMap<string, Revocation> = new Map(),
): RevokedList {
  return {
    ...{ kept, added },
    ...(changed.size === 0 ? {} : { changed }),
    *[Symbol.iterator]() {
      for (const entry of kept) yield changed.get(entry.serial) ?? repeated(entry);
      yield* added;
    },
  };
}

/** The numbers and entries of a CRL that repeats what the one before lists, and then has what is new. */
export function crlWith(before: Succession | undefined, added: Added): Succession | undefined {
  if (countOf(added) === 0) return before;
  const nothing = 'listed' in added ? listWith(NO_ENTRIES, []) : [];
  const { number, revoked } = before ?? { number: 1n, revoked: nothing };
  return { number, revoked: changedList(revoked, changesOf(revoked, added), added) };
}

/**
 * What a CRL lists, with some of its entries changed where they stand, and then what is new.
 * @param changes serial number, lower-case hex → what is said of it now; what of `added` is among them is not said again
 */
export function changedList(
  revoked: CrlRequest['revoked'],
  changes: ReadonlyMap<string, Revocation>,
  added: Added,
): CrlRequest['revoked'] {
  const isNew = ({ serial }: Revocation) => !changes.has(hexOf(serial));
  if (!('kept' in revoked))
    return [...revoked.map((one) => changes.get(hexOf(one.serial)) ?? one), ...Array.from(added).filter(isNew)];
  if (changes.size === 0) return listWith(revoked.kept, added);
  const rest =
    'listed' in added
      ? addedBy(listWithout(added.listed, new Set(changes.keys())), added.decided.filter(isNew))
      : added.filter(isNew);
  return listWith(revoked.kept, rest, changes);
}

function countOf(added: Added): number {
  return 'listed' in added ? added.listed.length + added.decided.length : added.length;
}

/** Of a CRL that has none. */
export const NO_ENTRIES = readRevoked(new Uint8Array(), undefined);

/** What is on hold and is revoked for good now: its entry says so, where it stands. */
function changesOf(revoked: CrlRequest['revoked'], added: Added): ReadonlyMap<string, Revocation> {
  const onHold = new Set('kept' in revoked ? heldIn(revoked.kept) : heldAmong(revoked));
  const changes = new Map<string, Revocation>();
  if (onHold.size === 0) return changes;
  for (const one of added) if (onHold.has(hexOf(one.serial))) changes.set(hexOf(one.serial), one);
  return changes;
}

function* heldIn(kept: RevokedEntries): Generator<string> {
  // As above: the same octets are read as the same array.
  const not = new WeakSet<readonly Extension[]>();
  for (const { serial, extensions } of kept) {
    if (not.has(extensions)) continue;
    if (reasonCode(extensions) === HOLD) yield serial;
    else not.add(extensions);
  }
}

function heldAmong(revoked: readonly Revocation[]): readonly string[] {
  return revoked.filter(({ reason }) => reason === HOLD).map(({ serial }) => hexOf(serial));
}

/** An entry as it is written again. @throws CeremonyError PROFILE_INVALID for one that could not be repeated as it is */
export function repeated({ serial, at, extensions }: RevokedEntry): Revocation {
  const other = extensions.find(({ oid, critical }) => critical || !REPEATED.includes(oid));
  if (other)
    refuse(`its entry of ${serial} has the extension ${oidName(other.oid) ?? other.oid}, which cannot be repeated`);
  const reason = reasonCode(extensions);
  if (reason === 'unspecified')
    refuse(`its entry of ${serial} gives the reason "unspecified", which is said by leaving it out`);
  // They are written in one order: in another the entry would not stay as it is, byte for byte.
  if (extensions.length > 1 && extensions[0]?.oid !== REPEATED[0])
    refuse(`its entry of ${serial} has its reason after its invalidity date, an order that is not written here`);
  const since = invalidityDate(extensions);
  return {
    ...{ serial: Buffer.from(serial, 'hex'), at: at.at, reason: reason as Revocation['reason'] },
    ...(since === undefined ? {} : { invalidSince: since.at }),
  };
}

/** RFC 5280 §5.3.1, §5.3.2, in the order in which they are written. */
const REPEATED: readonly string[] = [OID.reasonCode, OID.invalidityDate];

function refuse(what: string): never {
  throw new CeremonyError('PROFILE_INVALID', `no CRL can follow the one before: ${what}`);
}
