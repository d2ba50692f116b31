import { sha256 } from '../base/digest.ts';
import { sequence } from '../der/writer.ts';
import { PREVIOUS_LEDGER, previousCertificatePath } from '../ledger/carried.ts';
import { readLedger } from '../ledger/read.ts';
import type { PackAccess } from '../plan/step-type.ts';
import { scopeOf } from '../x509/crl-scope.ts';
import type { Certificate, TbsCertList } from '../x509/model.ts';

/**
 * What the guard holds a CRL of a partition to, besides the one before: the certificates that the ledger has of those which the CRL
 * lists anew, or, of a partition that begins, all that it has of that CA, as a SEQUENCE OF Certificate.
 * @param before what was said last in the partition; undefined where it begins
 * @returns undefined for a CRL of all that its CA issues, and where the ledger has none of them
 * @throws CeremonyError FILE_MISSING
 */
export async function listedCertificates(
  next: TbsCertList,
  before: Pick<TbsCertList, 'revoked'> | undefined,
  { spki }: Pick<Certificate, 'spki'>,
  pack: Pick<PackAccess, 'list' | 'read'>,
): Promise<Uint8Array | undefined> {
  if (scopeOf(next) === undefined || !(await pack.list()).includes(PREVIOUS_LEDGER)) return undefined;
  const { keys, certificates } = readLedger(await pack.read(PREVIOUS_LEDGER));
  const own = sha256(spki.der);
  const names = new Set(keys.flatMap(({ name, spkiSha256 }) => (spkiSha256 === own ? [name] : [])));
  const listed = certificates.filter(
    ({ key, serial, spkiSha256 }) =>
      names.has(key) &&
      (before
        ? next.revoked.find(serial) && !before.revoked.find(serial)
        : spkiSha256 !== own || next.revoked.find(serial)),
  );
  const files: Uint8Array[] = [];
  for (const row of listed) files.push(await pack.read(previousCertificatePath(row.sha256)));
  return files.length === 0 ? undefined : sequence(...files);
}
