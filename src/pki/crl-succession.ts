import { CeremonyError } from '../base/errors.ts';
import { OID, oidName } from '../der/oid.ts';
import { hexOf } from '../der/values.ts';
import { invalidityDate, reasonCode } from '../x509/crl-extensions.ts';
import type { CertificateList, RevokedEntries, RevokedEntry } from '../x509/model.ts';
import { numberOf } from './previous-crl.ts';
import type { CrlRequest, Revocation, RevokedList } from './request.ts';
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
  let isOurForm = true;
  for (const entry of previous.revoked) {
    repeated(entry);
    isOurForm &&= isInOurForm(entry);
  }
  return {
    number: (number as bigint) + 1n,
    // What another CA's program wrote otherwise than RFC 5280 has it is said again, in the form that it has there.
    revoked: isOurForm ? listWith(previous.revoked, []) : Array.from(previous.revoked, repeated),
  };
}

/** Whether an entry that can be repeated is as this program writes it, byte for byte. */
function isInOurForm({ at, extensionsPresent, extensions }: RevokedEntry): boolean {
  return (
    timeFormFault('its date', at).length === 0 &&
    extensionsPresent === extensions.length > 0 &&
    extensions.every(({ criticalEncoded }) => !criticalEncoded)
  );
}

/** A list that keeps these entries and adds to them. */
export function listWith(kept: RevokedEntries, added: readonly Revocation[]): RevokedList {
  return {
    kept,
    added,
    *[Symbol.iterator]() {
      for (const entry of kept) yield repeated(entry);
      yield* added;
    },
  };
}

/** The numbers and entries of a CRL that repeats what the one before lists, and then has what is new. */
export function crlWith(before: Succession | undefined, added: readonly Revocation[]): Succession | undefined {
  if (added.length === 0) return before;
  const { number, revoked } = before ?? { number: 1n, revoked: [] };
  const changes = changesOf(revoked, added);
  if (changes.size > 0)
    return {
      number,
      revoked: [
        ...Array.from(revoked, (one) => changes.get(hexOf(one.serial)) ?? one),
        ...added.filter(({ serial }) => !changes.has(hexOf(serial))),
      ],
    };
  if ('kept' in revoked) return { number, revoked: listWith(revoked.kept, [...revoked.added, ...added]) };
  return { number, revoked: [...revoked, ...added] };
}

/** What is on hold and is revoked for good now: its entry says so, where it stands. */
function changesOf(revoked: CrlRequest['revoked'], added: readonly Revocation[]): ReadonlyMap<string, Revocation> {
  const onHold =
    'kept' in revoked
      ? (serial: string) => reasonCode(revoked.kept.find(serial)?.extensions ?? []) === HOLD
      : (serial: string) => revoked.some((one) => one.reason === HOLD && hexOf(one.serial) === serial);
  return new Map(added.map((one) => [hexOf(one.serial), one] as const).filter(([serial]) => onHold(serial)));
}

/** The one reason that is taken back (RFC 5280 §5.3.1). */
export const HOLD = 'certificateHold';

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
