import { sha256 } from '../base/digest.ts';
import { newestCrl } from '../ledger/carried.ts';
import { COLUMNS } from '../pki/revocation-list.ts';
import { parseCrl } from '../x509/crl.ts';
import { markedLabel } from './marking.ts';
import type { UsedCertificate } from './published-crls.ts';
import type { StandInPack } from './stand-in-pack.ts';

/**
 * A list of what is to be revoked. Where the script can do without one, nothing is; else what the CA has issued last and not
 * revoked yet, as if it were given up: so the ceremony that revokes is rehearsed with a certificate of the pack it follows.
 * @param now `YYYY-MM-DDTHH:MM:SSZ`
 * @returns the file; with its heading alone where there is nothing to revoke
 */
export function revocationList(
  { called, of }: UsedCertificate,
  isOptional: boolean,
  before: StandInPack | null,
  now: string,
): Uint8Array {
  const lines = isOptional ? [] : revocable({ called, of }, before, now);
  return Buffer.from([COLUMNS.join(','), ...lines, ''].join('\n'));
}

/** One that every rule pack allows. */
const REASON = 'cessationOfOperation';

/** Its line, or none. It is dated as early as it may be: the CRL's own date may be rounded down, to before now. */
function revocable({ called, of }: UsedCertificate, before: StandInPack | null, now: string): string[] {
  const { keys = [], certificates = [], crls = [] } = before?.ledger ?? {};
  const signer = keys.find(({ label }) => label === markedLabel(of));
  const own = certificates.findLast((one) => one.name === called && one.key === signer?.name)?.spkiSha256;
  const key = keys.find(({ spkiSha256 }) => spkiSha256 === own);
  const last = newestCrl(crls.filter(({ issuer }) => issuer === key?.name));
  const bytes = last && [...(before?.files.values() ?? [])].find((one) => sha256(one) === last.sha256);
  const listed = new Set(bytes ? Array.from(parseCrl(bytes).revoked, ({ serial }) => serial) : []);
  const found = certificates.findLast(
    (one) =>
      one.key === key?.name &&
      one.spkiSha256 !== own &&
      one.notBefore <= now &&
      one.notAfter >= now &&
      !listed.has(one.serial),
  );
  const at = [found?.notBefore ?? '', last?.thisUpdate ?? ''].sort().at(-1);
  return found ? [`${found.serial},${at},${REASON},`] : [];
}
