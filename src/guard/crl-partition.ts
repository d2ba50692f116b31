import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { childrenOf, derOf, readDer } from '../der/reader.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { type CrlScope, needsNoCrl, outside, overlap, scopeKey, scopeOf, scopeWords } from '../x509/crl-scope.ts';
import type { Certificate, TbsCertList } from '../x509/model.ts';

/*
 * Partitioned CRLs (RFC 5280 §5.2.5). Within a partition nothing that is listed is left out, by the CRL before it; and nothing is
 * left out by listing it elsewhere: no certificate of the ledger is in a partition that begins and in another one, nor in a partition
 * and a complete CRL.
 */

/**
 * Whether a CRL may stand beside all others of its key: each is of the same scope, or of one with which it has no certificate in
 * common that names the URL of one CRL. Of those that name two see `holdBeginning`. A CA that has signed a complete CRL signs no partitioned ones: nobody could say that they list all that it did.
 * @param others scopes of the CRLs that the ledger has of this key, and of those of this ceremony
 * @throws CeremonyError DESCRIPTOR_INVALID
 */
export function holdApart(next: TbsCertList, others: Iterable<CrlScope | undefined>): void {
  const scope = scopeOf(next);
  for (const other of others) {
    if (scopeKey(other) === scopeKey(scope) || !overlap(other, scope)) continue;
    refuse(
      `the CRL would be of ${words(scope)}, and this key has signed one of ${words(other)}: what that lists it could leave out`,
    );
  }
}

/**
 * Whether each certificate that a CRL lists anew is in its partition, by its own cRLDistributionPoints: nobody who looks at
 * it would ask this CRL else (§6.3.3 (b)(2)(i)). The ledger says which certificate a serial number is of; of one that it does
 * not have nobody here knows.
 * @param previous what was said last in this partition
 * @param names by which the ledger calls the key
 * @param brought SEQUENCE OF Certificate: those that the ledger has of them, in any order
 * @throws CeremonyError DESCRIPTOR_INVALID, DER_INVALID
 */
export function holdWithin(
  next: TbsCertList,
  previous: Pick<TbsCertList, 'revoked'> | undefined,
  { certificates }: Pick<Ledger, 'certificates'>,
  names: ReadonlySet<string>,
  brought: Uint8Array | null,
): void {
  const scope = scopeOf(next);
  if (scope === undefined) return;
  const known = new Map(certificates.filter(({ key }) => names.has(key)).map((row) => [row.serial, row]));
  const files = brought === null ? new Map<string, Certificate>() : certificatesIn(brought);
  for (const { serial } of next.revoked) {
    if (previous?.revoked.find(serial) !== undefined) continue;
    const row = known.get(serial);
    if (!row) continue;
    const certificate =
      files.get(row.sha256) ??
      refuse(
        `the CRL of ${words(scope)} lists ${serial}, and the certificate with the SHA-256 ${row.sha256}, which the ledger has of it, was not brought`,
      );
    const fault = outside(scope, certificate);
    if (fault !== undefined) refuse(`the CRL lists ${serial}, which is not in its partition: ${fault}`);
  }
}

/**
 * Whether no certificate of the ledger is in a partition that begins and in another one of its CA: what it was revoked by there, it
 * would not be here. Those of a partition that is there already were held to this when it began.
 * @param others scopes of the other CRLs of the key, of the ledger and of this ceremony
 * @param key SHA-256 of its SubjectPublicKeyInfo @param names by which the ledger calls it
 * @param brought SEQUENCE OF Certificate: all that the ledger has of that key, in any order
 * @throws CeremonyError DESCRIPTOR_INVALID, DER_INVALID
 */
export function holdBeginning(
  next: TbsCertList,
  others: Iterable<CrlScope | undefined>,
  { certificates }: Pick<Ledger, 'certificates'>,
  { key, names }: { readonly key: Sha256; readonly names: ReadonlySet<string> },
  brought: Uint8Array | null,
): void {
  const scope = scopeOf(next);
  const beside = [...others].flatMap((one) => (one === undefined || scopeKey(one) === scopeKey(scope) ? [] : [one]));
  if (scope === undefined || beside.length === 0) return;
  const files = brought === null ? new Map<string, Certificate>() : certificatesIn(brought);
  for (const row of certificates) {
    if (!names.has(row.key) || row.spkiSha256 === key) continue;
    const certificate =
      files.get(row.sha256) ??
      refuse(
        `the CRL begins ${words(scope)}, and the certificate with the SHA-256 ${row.sha256} (serial ${row.serial}), which the ledger has of this CA, was not brought: it could be in two`,
      );
    if (needsNoCrl(certificate, key) || outside(scope, certificate) !== undefined) continue;
    const other = beside.find((one) => outside(one, certificate) === undefined);
    if (other)
      refuse(
        `the CRL begins ${words(scope)}, and the certificate ${row.serial} is in it and in ${words(other)}, of which this key has signed a CRL: what that lists it could leave out`,
      );
  }
}

/** By the SHA-256 of each. */
function certificatesIn(brought: Uint8Array): ReadonlyMap<string, Certificate> {
  const what = 'the certificates of what the CRL lists';
  return new Map(
    childrenOf(readDer(brought, what), what).map((node) => {
      const der = derOf(node);
      return [sha256(der), parseCertificate(der, what)];
    }),
  );
}

function words(scope: CrlScope | undefined): string {
  return scope === undefined ? 'all that the CA issues' : `the partition ${scopeWords(scope)}`;
}

const GOES =
  'nothing is signed: a CA signs either complete CRLs or partitioned ones, and each certificate is in one partition';

function refuse(what: string): never {
  throw new CeremonyError('DESCRIPTOR_INVALID', what, { hint: GOES });
}
