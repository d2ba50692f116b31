import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { LedgerCertificate } from '../ledger/ledger.ts';
import { COLUMNS } from '../pki/revocation-list.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { type CrlScope, outside } from '../x509/crl-scope.ts';
import { serialsToCome } from './listed-entries.ts';
import type { PackBefore } from './pack-before.ts';
import { keyOf, lastCrl, revokedBy, type UsedCertificate } from './published-crls.ts';

/** What the list of a script is of. */
export interface WantedList {
  /** Of the input, for messages. */
  readonly name: string;
  readonly issuer: UsedCertificate;
  readonly optional: boolean;
  /** Whether people say of certificates that nobody shows that the CA has issued them. */
  readonly asserted: boolean;
  /** How many it revokes then. */
  readonly listed: number;
  /** Of the CRL that takes it up; undefined for one of all that the CA issues. */
  readonly partition?: CrlScope;
}

/**
 * A list of what is to be revoked. Where the script can do without one, nothing is; else a certificate of the CA that the
 * script uses, or, where it uses none, what the CA has issued last and not revoked yet, as if it were given up: so the
 * ceremony that revokes is rehearsed with a certificate of the pack it follows. Where people say what the CA has issued, it
 * is certificates that nobody has seen, as many as are wanted.
 * @param uses names of the certificates that the script uses
 * @param now `YYYY-MM-DDTHH:MM:SSZ`
 * @returns the file; with its heading alone where there is nothing to revoke
 * @throws CeremonyError REHEARSAL_SETUP where all that the script uses of the CA is revoked, or over
 */
export function revocationList(
  wanted: WantedList,
  uses: readonly string[],
  before: PackBefore | null,
  now: string,
): Uint8Array {
  const lines = wanted.asserted
    ? madeUp(wanted, before, now)
    : wanted.optional
      ? []
      : revocable(wanted, uses, before, now);
  return Buffer.from([COLUMNS.join(','), ...lines, ''].join('\n'));
}

/**
 * What shows that a CA has issued a certificate: the one that it issued last and has not revoked.
 * @param name of the input, for messages
 * @throws CeremonyError REHEARSAL_SETUP where the pack has no such certificate
 */
export function issuedLast(
  name: string,
  used: UsedCertificate,
  before: PackBefore | null,
  now: string,
): readonly Uint8Array[] {
  const found = lastIssued({ name, issuer: used }, [], before, now).row;
  const der = found && [...(before?.files.values() ?? [])].find((one) => sha256(one) === found.sha256);
  if (der) return [der];
  throw new CeremonyError(
    'REHEARSAL_SETUP',
    `"${name}" is to be what "${used.called}" has issued, and nothing that it issued is in the pack that is followed`,
    { hint: 'rehearse it with --from and the pack of a ceremony that issued a certificate' },
  );
}

/** Not before the last CRL of the CA, and of none that it lists. */
function madeUp({ issuer, listed, partition }: WantedList, before: PackBefore | null, now: string): string[] {
  const at = lastCrl(keyOf(issuer, before), before, partition)?.row.thisUpdate ?? now;
  return Array.from(serialsToCome(listed), (serial) => `${Buffer.from(serial).toString('hex')},${at},${REASON},`);
}

/** One that every rule pack allows. */
const REASON = 'cessationOfOperation';

/** Its line, or none. It is dated as early as it may be: the CRL's own date may be rounded down, to before now. */
function revocable(wanted: WantedList, uses: readonly string[], before: PackBefore | null, now: string): string[] {
  const { row, last } = lastIssued(wanted, uses, before, now);
  const at = [row?.notBefore ?? '', last ?? ''].sort().at(-1);
  return row ? [`${row.serial},${at},${REASON},`] : [];
}

/** The certificate that it has issued last, and not revoked, of those that the script uses; and the date of its last CRL. */
function lastIssued(
  { name, issuer, partition }: Pick<WantedList, 'name' | 'issuer' | 'partition'>,
  uses: readonly string[],
  before: PackBefore | null,
  now: string,
) {
  const key = keyOf(issuer, before);
  const last = lastCrl(key, before, partition);
  const listed = last && revokedBy(last).revoked;
  const issued = (before?.ledger.certificates ?? []).filter(
    (one) => one.key === key?.name && one.spkiSha256 !== key?.spkiSha256,
  );
  const isInside = ({ sha256: digest, path }: LedgerCertificate) => {
    if (partition === undefined) return true;
    const der = [...(before?.files.values() ?? [])].find((one) => sha256(one) === digest);
    return der !== undefined && outside(partition, parseCertificate(der, path)) === undefined;
  };
  const inside = issued.filter(isInside);
  const used = inside.filter((one) => uses.includes(one.name));
  const isValid = ({ notBefore, notAfter, serial }: LedgerCertificate) =>
    notBefore <= now && notAfter >= now && listed?.find(serial) === undefined;
  const row = (used.length > 0 ? used : inside).findLast(isValid);
  if (!row && used.length > 0) refuseRevoked(name, used, last?.row.number);
  return { row, last: last && revokedBy(last).thisUpdate.at };
}

function refuseRevoked(name: string, used: readonly LedgerCertificate[], crl: string | undefined): never {
  const names = used.map((one) => `"${one.name}"`).join(', ');
  throw new CeremonyError(
    'REHEARSAL_SETUP',
    `"${name}" is to revoke ${names}, which the pack before has as revoked (CRL ${crl ?? 'none'}) or not valid now`,
    { hint: 'rehearse it after a ceremony that issues one, or with another certificate below "uses"' },
  );
}
