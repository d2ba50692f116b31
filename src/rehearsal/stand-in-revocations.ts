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

/** One that every rule pack allows. */
const REASON = 'cessationOfOperation';

/** Its line, or none. It is dated as early as it may be: the CRL's own date may be rounded down, to before now. */
function revocable(used: UsedCertificate, before: StandInPack | null, now: string): string[] {
  const key = keyOf(used, before);
  const last = lastCrl(key, before);
  const listed = last && parseCrl(last.der).revoked;
  const found = before?.ledger.certificates.findLast(
    (one) =>
      one.key === key?.name &&
      one.spkiSha256 !== key?.spkiSha256 &&
      one.notBefore <= now &&
      one.notAfter >= now &&
      listed?.find(one.serial) === undefined,
  );
  const at = [found?.notBefore ?? '', last?.row.thisUpdate ?? ''].sort().at(-1);
  return found ? [`${found.serial},${at},${REASON},`] : [];
}
