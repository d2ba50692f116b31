import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { sameBytes } from '../der/reader.ts';
import type { Pack } from '../pack/pack-reader.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { Certificate, Name } from '../x509/model.ts';
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
 * @param named where the one lies that the script names; a CA may have several
 */
export function issuerIn(
  certificates: readonly PackCertificate[],
  signed: { readonly issuer: Name },
  key: string,
  named?: string,
): PackCertificate | undefined {
  const own = certificates.filter(
    ({ content }) => sha256(content.spki.der) === key && sameBytes(content.subject.der, signed.issuer.der),
  );
  return own.find(({ path }) => path === named) ?? rootFirst(own);
}

/** Of several of one CA the self-signed one: there a chain ends. A cross-certificate leads on to another CA. */
function rootFirst(certificates: readonly PackCertificate[]): PackCertificate | undefined {
  return certificates.find(({ content }) => isSelfIssued(content)) ?? certificates[0];
}

/** One beside which another was issued; what cannot be read is a finding of the step that read it. */
export function readExisting(pack: Pack, path: string | undefined): Certificate | undefined {
  const der = path === undefined ? undefined : pack.file(path);
  try {
    return der && parseCertificate(der, path);
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}

/**
 * Those above one up to a self-issued one, the one that signed it first, as far as the pack has them.
 * @param named where those lie that the script names: a CA may have several, and a root that was renewed has two
 */
export function chainAbove(
  certificates: readonly PackCertificate[],
  issuer: PackCertificate | undefined,
  named: readonly string[],
): readonly PackCertificate[] {
  const chain: PackCertificate[] = [];
  for (let next = issuer; next && !chain.includes(next); next = parentOf(next, certificates, named)) chain.push(next);
  return chain;
}

/** Undefined for a self-issued one. */
export function parentOf(
  { content }: PackCertificate,
  certificates: readonly PackCertificate[],
  named: readonly string[] = [],
): PackCertificate | undefined {
  if (isSelfIssued(content)) return undefined;
  const own = certificates.filter((one) => sameBytes(one.content.subject.der, content.issuer.der));
  return own.find(({ path }) => named.includes(path)) ?? rootFirst(own);
}

export function isSelfIssued({ subject, issuer }: { readonly subject: Name; readonly issuer: Name }): boolean {
  return sameBytes(subject.der, issuer.der);
}
