import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { COLUMNS } from '../pki/revocation-list.ts';
import { parseCrl } from '../x509/crl.ts';
import { keyOf, lastCrl, type UsedCertificate } from './published-crls.ts';
import type { StandInPack } from './stand-in-pack.ts';

/**
 * A list of what is to be revoked. Where the script can do without one, nothing is; else what the CA has issued last and not
 * revoked yet, as if it were given up: so the ceremony that revokes is rehearsed with a certificate of the pack it follows.
 * @param now `YYYY-MM-DDTHH:MM:SSZ`
 * @returns the file; with its heading alone where there is nothing to revoke
 */
export function revocationList(
  used: UsedCertificate,
  isOptional: boolean,
  before: StandInPack | null,
  now: string,
): Uint8Array {
  const lines = isOptional ? [] : revocable(used, before, now);
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
  before: StandInPack | null,
  now: string,
): readonly Uint8Array[] {
  const found = lastIssued(used, before, now).row;
  const der = found && [...(before?.files.values() ?? [])].find((one) => sha256(one) === found.sha256);
  if (der) return [der];
  throw new CeremonyError(
    'REHEARSAL_SETUP',
    `"${name}" is to be what "${used.called}" has issued, and nothing that it issued is in the pack that is followed`,
    { hint: 'rehearse it with --from and the pack of a ceremony that issued a certificate' },
  );
}

/** One that every rule pack allows. */
const REASON = 'cessationOfOperation';

/** Its line, or none. It is dated as early as it may be: the CRL's own date may be rounded down, to before now. */
function revocable(used: UsedCertificate, before: StandInPack | null, now: string): string[] {
  const { row, last } = lastIssued(used, before, now);
  const at = [row?.notBefore ?? '', last ?? ''].sort().at(-1);
  return row ? [`${row.serial},${at},${REASON},`] : [];
}

/** The certificate that it has issued last, and not revoked; and the date of its last CRL. */
function lastIssued(used: UsedCertificate, before: StandInPack | null, now: string) {
  const key = keyOf(used, before);
  const last = lastCrl(key, before);
  const listed = new Set(last ? Array.from(parseCrl(last.der).revoked, ({ serial }) => serial) : []);
  const row = before?.ledger.certificates.findLast(
    (one) =>
      one.key === key?.name &&
      one.spkiSha256 !== key?.spkiSha256 &&
      one.notBefore <= now &&
      one.notAfter >= now &&
      !listed.has(one.serial),
  );
  return { row, last: last?.row.thisUpdate };
}
