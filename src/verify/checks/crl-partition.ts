import { CeremonyError } from '../../base/errors.ts';
import {
  currentDelta,
  newestCrl,
  previousCertificatePath,
  previousCrlPath,
  sequencesOf,
} from '../../ledger/carried.ts';
import type { LedgerCertificate, LedgerCrl } from '../../ledger/ledger.ts';
import { PATH } from '../../pack/layout.ts';
import type { Pack } from '../../pack/pack-reader.ts';
import { partitionFault } from '../../pki/partitions.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { parseCrl } from '../../x509/crl.ts';
import { type CrlScope, outside, overlap, scopeWords } from '../../x509/crl-scope.ts';
import type { Certificate } from '../../x509/model.ts';
import { type CheckContext, defineCheck } from '../check.ts';

/** TLS BR 2.2.6 §7.2: partitioned CRLs together are of all that their CA issues; RFC 5280 §5.2.5. */
export const crlPartition = defineCheck({
  id: 'CRL-PARTITION',
  title:
    'of a CA with partitioned CRLs each certificate is in one partition of which it has signed a CRL, and each CRL lists what is in its own',
  needs: ['ledger'],
  run({ ledger: { keys, certificates, crls } }, { pack, options, report, note }) {
    for (const [issuer, own] of Map.groupBy(crls, (crl) => crl.issuer)) {
      const sequences = sequencesOf(own);
      const scopes = sequences.flatMap(([crl]) => crl?.scope ?? []);
      if (scopes.length === 0) continue;
      holdApart(issuer, sequences, report);
      const key = keys.find(({ name }) => name === issuer)?.spkiSha256;
      const issued = certificates.filter((one) => one.key === issuer);
      const read = new Map<string, Certificate>();
      for (const row of issued) {
        const found = certificateIn(pack, row);
        // What cannot be read, or is not there, is a finding of its own.
        if (!found) continue;
        read.set(row.serial, found.content);
        const fault = partitionFault(scopes, found.content, key);
        if (fault === undefined) continue;
        if (options.outcome === 'interrupted')
          note(`${found.path}: ${fault}; the ceremony ended before all was signed`);
        else report(found.path, fault);
      }
      for (const sequence of sequences)
        for (const crl of [newestCrl(sequence), currentDelta(sequence)]) if (crl) holdEntries(pack, crl, read, report);
    }
  },
});

/** One could leave out what the other lists; a complete one beside them says of all what they say of parts. */
function holdApart(issuer: string, sequences: readonly (readonly LedgerCrl[])[], report: CheckContext['report']): void {
  const firsts = sequences.flatMap(([crl]) => crl ?? []);
  for (const [index, one] of firsts.entries())
    for (const other of firsts.slice(index + 1))
      if (overlap(one.scope, other.scope))
        report(
          PATH.ledger,
          `"${issuer}" has signed CRLs of ${words(one.scope)} and of ${words(other.scope)}, expected none that have a certificate in common`,
        );
}

function holdEntries(
  pack: Pack,
  { path, sha256, scope }: LedgerCrl,
  issued: ReadonlyMap<string, Certificate>,
  report: CheckContext['report'],
): void {
  if (scope === undefined) return;
  const where = pack.digest(path) === sha256 ? path : previousCrlPath(sha256);
  const crl = orNone(() => {
    const der = pack.octets(where);
    return der && parseCrl(der, where);
  });
  if (!crl) return;
  for (const { serial } of crl.revoked) {
    const certificate = issued.get(serial);
    const fault = certificate && outside(scope, certificate);
    if (fault !== undefined) report(where, `it lists ${serial}, which is not in its partition: ${fault}`);
  }
}

/** A file of this ceremony, or of an earlier one under its digest: the same name comes again. */
function certificateIn(
  pack: Pack,
  { path, sha256 }: LedgerCertificate,
): { readonly path: string; readonly content: Certificate } | undefined {
  const where = pack.digest(path) === sha256 ? path : previousCertificatePath(sha256);
  const content = orNone(() => {
    const der = pack.file(where);
    return der && parseCertificate(der, where);
  });
  return content && { path: where, content };
}

function orNone<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}

function words(scope: CrlScope | undefined): string {
  return scope === undefined ? 'all that it issues' : `the partition ${scopeWords(scope)}`;
}
