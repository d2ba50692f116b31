import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { sameBytes } from '../der/reader.ts';
import type { Pack } from '../pack/pack-reader.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { Name } from '../x509/model.ts';
import type { PackCertificate } from './parts.ts';

/** Certificates of this ceremony, and those of earlier ones that it uses. */
const CERTIFICATE = /^(previous\/)?certificates\/[^/]+\.crt$/;

/** What cannot be read is left out: it is a finding of CERTIFICATE-READ. */
export function certificatesIn(pack: Pack): readonly PackCertificate[] {
  return pack.paths.flatMap((path) => {
    const der = CERTIFICATE.test(path) ? pack.file(path) : undefined;
    if (!der) return [];
    try {
      return [{ path, content: parseCertificate(der, path) }];
    } catch (error) {
      if (error instanceof CeremonyError) return [];
      throw error;
    }
  });
}

/**
 * The certificate of the CA that signs something: it has the key that was approved for the signature and the name that
 * stands in what is signed. Never the first that merely has that name.
 * @param key SHA-256 of the SubjectPublicKeyInfo
 */
export function issuerIn(
  certificates: readonly PackCertificate[],
  signed: { readonly issuer: Name },
  key: string,
): PackCertificate | undefined {
  return certificates.find(
    ({ content }) => sha256(content.spki.der) === key && sameBytes(content.subject.der, signed.issuer.der),
  );
}

/** Those above one up to a self-issued one, the one that signed it first, as far as the pack has them. */
export function chainAbove(
  certificates: readonly PackCertificate[],
  issuer: PackCertificate | undefined,
): readonly PackCertificate[] {
  const chain: PackCertificate[] = [];
  for (let next = issuer; next && !chain.includes(next); next = parentOf(next, certificates)) chain.push(next);
  return chain;
}

function parentOf({ content }: PackCertificate, certificates: readonly PackCertificate[]): PackCertificate | undefined {
  if (isSelfIssued(content)) return undefined;
  return certificates.find((one) => sameBytes(one.content.subject.der, content.issuer.der));
}

export function isSelfIssued({ subject, issuer }: { readonly subject: Name; readonly issuer: Name }): boolean {
  return sameBytes(subject.der, issuer.der);
}
