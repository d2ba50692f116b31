import { type Octets, wholeOf } from '../base/octets.ts';
import type { SignedKind } from '../quorum/operation.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { parseCertificationRequest } from '../x509/certification-request.ts';
import { parseCrl } from '../x509/crl.ts';
import { parseOcspResponse } from '../x509/ocsp-response.ts';
import type { PartName } from './parts.ts';

/** What is alike in all that a `sign` operation makes: where it lies, and what its checks are called. */
interface ProductKind {
  /** First word of the ids of its checks. */
  readonly family: string;
  readonly part: PartName;
  /** Without a slash. */
  readonly folder: string;
  /** Of the DER, without the dot. */
  readonly extension: string;
  /** Of its PEM (RFC 7468); absent for what has none. */
  readonly label?: string;
  /** What messages call it, after "a" or "every". */
  readonly noun: string;
  /** @throws CeremonyError DER_INVALID */
  readonly parse: (der: Octets, name: string) => unknown;
}

export const PRODUCTS = {
  certificate: {
    family: 'CERTIFICATE',
    part: 'certificates',
    folder: 'certificates',
    extension: 'crt',
    label: 'CERTIFICATE',
    noun: 'certificate',
    parse: (der, name) => parseCertificate(wholeOf(der), name),
  },
  crl: {
    family: 'CRL',
    part: 'crls',
    folder: 'crls',
    extension: 'crl',
    label: 'X509 CRL',
    noun: 'CRL',
    parse: (der, name) => parseCrl(der, name),
  },
  // Under `requests/` lie those of others.
  request: {
    family: 'REQUEST',
    part: 'requests',
    folder: 'requests-made',
    extension: 'csr',
    label: 'CERTIFICATE REQUEST',
    noun: 'request of this CA',
    parse: (der, name) => parseCertificationRequest(wholeOf(der), name),
  },
  'ocsp-response': {
    family: 'OCSP',
    part: 'ocspResponses',
    folder: 'ocsp',
    extension: 'ors',
    noun: 'OCSP response',
    parse: (der, name) => parseOcspResponse(wholeOf(der), name),
  },
} as const satisfies { readonly [K in SignedKind]: ProductKind };

/** Whether a path of the pack is where the DER of such a thing lies. */
export function isProductPath(kind: SignedKind, path: string): boolean {
  const { folder, extension } = PRODUCTS[kind];
  return path.startsWith(`${folder}/`) && path.endsWith(`.${extension}`);
}
