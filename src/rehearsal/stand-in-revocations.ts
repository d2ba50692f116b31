import { COLUMNS } from '../pki/revocation-list.ts';
import { parseCrl } from '../x509/crl.ts';
import type { PackBefore } from './pack-before.ts';
import { keyOf, lastCrl, type UsedCertificate } from './published-crls.ts';

/**
 * A list of what is to be revoked. Where the script can do without one, nothing is; else what the CA has issued last and not
 * revoked yet, as if it were given up: so the ceremony that revokes is rehearsed with a certificate of the pack it follows.
 * @param now `YYYY-MM-DDTHH:MM:SSZ`
 * @returns the file; with its heading alone where there is nothing to revoke
 */
export function revocationList(
  used: UsedCertificate,
  isOptional: boolean,
  before: PackBefore | null,
  now: string,
): Uint8Array {
  const lines = isOptional ? [] : revocable(used, before, now);
  return Buffer.from([COLUMNS.join(','), ...lines, ''].join('\n'));
}

/** One that every rule pack allows. */
const REASON = 'cessationOfOperation';

/** Its line, or none. It is dated as early as it may be: the CRL's own date may be rounded down, to before now. */
function revocable(used: UsedCertificate, before: PackBefore | null, now: string): string[] {
  const key = keyOf(used, before);
  const last = lastCrl(key, before);
  const listed = new Set(last ? Array.from(parseCrl(last.der).revoked, ({ serial }) => serial) : []);
  const found = before?.ledger.certificates.findLast(
    (one) =>
      one.key === key?.name &&
      one.spkiSha256 !== key?.spkiSha256 &&
      one.notBefore <= now &&
      one.notAfter >= now &&
      !listed.has(one.serial),
  );
  const at = [found?.notBefore ?? '', last?.row.thisUpdate ?? ''].sort().at(-1);
  return found ? [`${found.serial},${at},${REASON},`] : [];
}
