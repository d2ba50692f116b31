import { hash } from 'node:crypto';
import { OID } from '../der/oid.ts';
import { sameBytes } from '../der/reader.ts';
import type { SubjectPublicKeyInfo } from '../x509/model.ts';
import type { CertId } from '../x509/ocsp-response.ts';

/** Whether a CertID names the CA with that name and key (RFC 6960 §4.1.1): by SHA-1, the one hash that is used here. */
export function isNamedBy(certId: CertId, name: { readonly der: Uint8Array }, { key }: SubjectPublicKeyInfo): boolean {
  return (
    certId.hashAlgorithm.oid === OID.sha1 &&
    sameBytes(certId.issuerNameHash, hash('sha1', name.der, 'buffer')) &&
    sameBytes(certId.issuerKeyHash, hash('sha1', key, 'buffer'))
  );
}
