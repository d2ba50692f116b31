import { CeremonyError } from '../base/errors.ts';
import { sameBytes } from '../der/reader.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { Certificate } from '../x509/model.ts';
import { verifySignature } from '../x509/signature.ts';
import type { Pair } from './layout/blocks.ts';
import { text } from './layout/style.ts';
import { titleOf } from './name-lines.ts';
import { filesLike, type PackRecord } from './record.ts';

interface Found {
  readonly path: string;
  readonly certificate: Certificate;
}

/** Certificates of this ceremony and of earlier ones that can be read. */
export function certificatesIn(record: PackRecord): readonly Found[] {
  return filesLike(record, /^(previous\/)?certificates\/[^/]+\.crt$/).flatMap(({ path, bytes }) => {
    const certificate = bytes && orNone(() => parseCertificate(bytes, path));
    return certificate ? [{ path, certificate }] : [];
  });
}

/** Of a certificate that another CA signed: whose signature it bears, up to a self-signed one. */
export function chainFields(certificate: Certificate, there: readonly Found[]): Pair[] {
  if (isSelfIssued(certificate)) return [];
  const chain: Found[] = [];
  for (let next = signerOf(certificate, there); next && !chain.includes(next); ) {
    chain.push(next);
    next = isSelfIssued(next.certificate) ? undefined : signerOf(next.certificate, there);
  }
  const last = chain.at(-1);
  return [
    [
      'Chain',
      [
        ...chain.map((one) => text(`signed by "${titleOf(one.certificate.subject)}", ${one.path}`)),
        ...(last && isSelfIssued(last.certificate)
          ? []
          : [text('no certificate in the pack verifies what comes next', { marked: true })]),
      ],
    ],
  ];
}

/** By its signature: a name alone says nothing. */
function signerOf(certificate: Certificate, there: readonly Found[]): Found | undefined {
  const { signatureAlgorithm, tbs, signature, issuer } = certificate;
  const signers = there.filter(
    ({ certificate: { subject, spki } }) =>
      sameBytes(subject.der, issuer.der) && orNone(() => verifySignature(spki, signatureAlgorithm.der, tbs, signature)),
  );
  // Of a CA with several the self-signed one: a cross-certificate leads on to another CA.
  return signers.find((one) => isSelfIssued(one.certificate)) ?? signers[0];
}

function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return sameBytes(subject.der, issuer.der);
}

function orNone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}
