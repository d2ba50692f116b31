import { sameBytes } from '../der/reader.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { Certificate } from '../x509/model.ts';
import type { KeyAlgorithmName } from './algorithms.ts';
import { type CertificateSubject, certificateSubject } from './lint-subject.ts';
import type { PemLabel } from './pem.ts';
import {
  derOfFile,
  type Expected,
  judgeKey,
  keyAlgorithmOf,
  possessionFaults,
  type RequestFault,
  refusalOf,
} from './request-intake.ts';

/*
 * A certificate that a CA outside brings, to be certified by another CA too: its name, key and key identifier are copied
 * from it.
 */

/** @throws CeremonyError FILE_TOO_LARGE, DER_INVALID */
export function derOfCertificateFile(bytes: Uint8Array, name: string): Uint8Array {
  return derOfFile(bytes, name, ['CERTIFICATE' satisfies PemLabel]);
}

/**
 * Everything that speaks against it. Where it is self-signed its signature is proof that its owner has the key; what
 * another CA has signed cannot be verified here, and its owner proves that in another way.
 */
export function judgeCaCertificate(certificate: Certificate, expected: Expected): RequestFault[] {
  const faults = judgeKey(certificate.spki, expected);
  if (faults.some(({ reason }) => reason === 'key-algorithm')) return faults;
  return [
    ...faults,
    ...caFaults(certificateSubject(certificate)).map((message) => ({ reason: 'no-ca', message }) as const),
    ...(isSelfIssued(certificate) ? possessionFaults(certificate) : []),
  ];
}

/** RFC 5280 §4.2.1.2, §4.2.1.3, §4.2.1.9: what a CA certificate has, and what is copied of it. */
function caFaults({ certificate, basicConstraints, keyUsage, subjectKeyIdentifier, malformed }: CertificateSubject) {
  return [
    ...(certificate.version === 3 ? [] : [`it has version ${certificate.version}, expected 3`]),
    ...(certificate.subject.attributes.length > 0 ? [] : ['its subject is empty']),
    ...malformed.map(({ message }) => message),
    ...(basicConstraints?.ca === true ? [] : ['it is not the certificate of a CA: basicConstraints does not say so']),
    ...(keyUsage === undefined || keyUsage.names.includes('keyCertSign')
      ? []
      : ['its key is not for signing certificates: keyUsage has no keyCertSign']),
    ...(subjectKeyIdentifier && subjectKeyIdentifier.length > 0
      ? []
      : ['it has no subject key identifier, by which what it has issued finds it']),
  ];
}

export function isSelfIssued({ subject, issuer }: Pick<Certificate, 'subject' | 'issuer'>): boolean {
  return sameBytes(subject.der, issuer.der);
}

/**
 * Reads the certificate of a CA and judges it.
 * @param name what to call it in messages
 * @throws CeremonyError DER_INVALID; REQUEST_ALGORITHM, REQUEST_KEY_WEAK, REQUEST_KEY_KNOWN, CERTIFICATE_UNFIT,
 * REQUEST_SIGNATURE: by what speaks against it first, with all the rest in the message
 */
export function takeCaCertificate(
  der: Uint8Array,
  name: string,
  expected: Expected,
): { readonly certificate: Certificate; readonly algorithm: KeyAlgorithmName } {
  const certificate = parseCertificate(der, name);
  const faults = judgeCaCertificate(certificate, expected);
  const algorithm = keyAlgorithmOf(certificate.spki);
  if (faults.length === 0 && algorithm !== undefined) return { certificate, algorithm };
  throw refusalOf(faults, name);
}
