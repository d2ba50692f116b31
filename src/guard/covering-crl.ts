import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { childrenOf, derOf, readDer, sameBytes } from '../der/reader.ts';
import { scopesOfKey } from '../ledger/carried.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { type CrlScope, outside, scopeKey, scopeOf, scopeWords } from '../x509/crl-scope.ts';
import type { Certificate, TbsCertList } from '../x509/model.ts';
import { parseSpki } from '../x509/public-key.ts';
import { verifySignature } from '../x509/signature.ts';

/*
 * By which partition of a CA's CRL it is said whether one certificate is revoked (RFC 5280 §5.2.5, §6.3.3 (b)(2)(i)). An OCSP response
 * names a serial number alone, and a CRL of another partition lists it never: by that one it would be good for all time. So the
 * certificate itself has to be there, signed with the key of the CA, and it says in which partition it is.
 */

/** What the CA has issued, as far as a guard can know. */
export interface IssuedSoFar {
  /** SEQUENCE OF Certificate, as the core brings them, in any order. */
  readonly certificates: Uint8Array | null;
  /** Of the pack before this ceremony. */
  readonly ledger: Pick<Ledger, 'keys' | 'certificates' | 'crls'> | null;
}

interface Signed {
  /** SHA-256 of the SubjectPublicKeyInfo. */
  readonly key: Sha256;
  readonly crl: TbsCertList;
}

/** The CRLs of one CA's partitions that were signed in this ceremony: of each certificate one says what it is. */
export class CoveringCrls<Crl extends Signed> {
  readonly #spki: Uint8Array;
  readonly #signed: readonly Crl[];
  readonly #brought: readonly Certificate[];
  readonly #ledger: IssuedSoFar['ledger'];
  /** Scopes of which the CA has signed a CRL, in this ceremony or an earlier one, each once. */
  readonly #scopes: readonly CrlScope[];

  /**
   * @param spki of the CA @param signed its CRLs of this ceremony, each of a partition; one at least
   * @throws CeremonyError DER_INVALID
   */
  constructor(spki: Uint8Array, signed: readonly Crl[], { certificates, ledger }: IssuedSoFar) {
    this.#spki = spki;
    this.#signed = signed;
    this.#brought = certificates === null ? [] : certificatesIn(certificates);
    this.#ledger = ledger;
    const scopes = [...signed.map(({ crl }) => scopeOf(crl)), ...(ledger ? scopesOfKey(ledger, sha256(spki)) : [])];
    this.#scopes = [
      ...new Map(scopes.flatMap((one) => (one === undefined ? [] : [[scopeKey(one), one] as const]))).values(),
    ];
  }

  /**
   * The CRL of the partition that the certificate with this serial number is in.
   * @param serial lower-case hex
   * @throws CeremonyError DESCRIPTOR_INVALID where nobody can say in which it is, it is in none or in two, or no CRL of it was signed
   *   in this ceremony
   */
  of(serial: string): Crl {
    const certificate = this.#certificate(serial);
    const [scope, other] = this.#scopes.filter((one) => outside(one, certificate) === undefined);
    if (!scope) {
      const whys = this.#scopes.map((one) => outside(one, certificate) ?? '');
      refuse(`the certificate ${serial} is in no partition of the CRL of its CA: ${[...new Set(whys)].join('; ')}`);
    }
    if (other)
      refuse(
        `the certificate ${serial} is in two partitions of the CRL of its CA, ${scopeWords(scope)} and ${scopeWords(other)}: by one it may be revoked, and by the other good`,
      );
    return (
      this.#signed.find(({ crl }) => scopeKey(scopeOf(crl)) === scopeKey(scope)) ??
      refuse(
        `the certificate ${serial} is in the partition ${scopeWords(scope)}, of which no CRL was signed in this ceremony`,
      )
    );
  }

  #certificate(serial: string): Certificate {
    const row = this.#rowOf(serial);
    const certificate = this.#brought.find(
      (one) => one.serial.hex === serial && (row === undefined || sha256(one.der) === row.sha256),
    );
    if (!certificate)
      refuse(
        `the CRL of that CA is partitioned, and the certificate ${serial}${row === undefined ? '' : `, with the SHA-256 ${row.sha256} in the ledger,`} was not brought: in which partition it is nobody can say`,
      );
    const isIssued =
      this.#signed.some(({ crl }) => sameBytes(crl.issuer.der, certificate.issuer.der)) &&
      verifySignature(
        parseSpki(this.#spki),
        certificate.signatureAlgorithm.der,
        certificate.tbs,
        certificate.signature,
      );
    if (!isIssued) refuse(`the certificate ${serial} that was brought is not signed with the key of that CA`);
    return certificate;
  }

  #rowOf(serial: string): Ledger['certificates'][number] | undefined {
    if (!this.#ledger) return undefined;
    const key = sha256(this.#spki);
    const { keys, certificates } = this.#ledger;
    const names = new Set(keys.flatMap(({ name, spkiSha256 }) => (spkiSha256 === key ? [name] : [])));
    return certificates.find((one) => one.serial === serial && names.has(one.key));
  }
}

function certificatesIn(brought: Uint8Array): readonly Certificate[] {
  const what = 'the certificates that are answered for';
  return childrenOf(readDer(brought, what), what).map((node) => parseCertificate(derOf(node), what));
}

const GOES =
  'nothing is signed: what is answered is what the CRL says of whose partition the certificate is, signed before it in this ceremony';

function refuse(what: string): never {
  throw new CeremonyError('DESCRIPTOR_INVALID', what, { hint: GOES });
}
