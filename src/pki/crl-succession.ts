import { CeremonyError } from '../base/errors.ts';
import { OID, oidName } from '../der/oid.ts';
import { invalidityDate, reasonCode } from '../x509/crl-extensions.ts';
import type { CertificateList, RevokedEntry } from '../x509/model.ts';
import { numberOf } from './previous-crl.ts';
import type { Revocation } from './request.ts';

/** What a CRL takes over from the one before it. */
export interface Succession {
  /** One above its number (RFC 5280 §5.2.3). */
  readonly number: bigint;
  /** All its entries, in its order, each with its dates and its reason as they were. */
  readonly revoked: readonly Revocation[];
}

/**
 * No entry of a CRL is lost or changed in the one after it: RFC 5280 §3.3 lets one go only once it has appeared on a CRL
 * issued beyond the certificate's validity, and this program lets none go.
 * @throws CeremonyError PROFILE_INVALID when the CRL before has no number, or an entry that could not be repeated as it is
 */
export function crlAfter(previous: CertificateList): Succession {
  const number = numberOf(previous);
  if (number === undefined) refuse('it has no CRL number');
  return { number: (number as bigint) + 1n, revoked: Array.from(previous.revoked, repeated) };
}

/** The numbers and entries of a CRL that repeats what the one before lists, and then has what is new. */
export function crlWith(before: Succession | undefined, added: readonly Revocation[]): Succession | undefined {
  if (added.length === 0) return before;
  return { number: before?.number ?? 1n, revoked: [...(before?.revoked ?? []), ...added] };
}

function repeated({ serial, at, extensions }: RevokedEntry): Revocation {
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
