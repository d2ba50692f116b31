import { CeremonyError } from '../base/errors.ts';
import { subjectKeyIdentifier } from '../x509/extensions.ts';
import type { Certificate } from '../x509/model.ts';
import type { IssuerIdentity } from './request.ts';

/**
 * What certificates and CRLs under this CA certificate repeat of it, byte for byte (TLS BR §7.1.4.1, §7.1.2.11.1), and
 * certificates that stand beside it (§7.1.2.2).
 * @param what to call it in messages
 * @throws CeremonyError PROFILE_INVALID when it has no subject key identifier or an empty one, DER_INVALID when that is malformed
 */
export function issuerIdentity(certificate: Certificate, what = 'issuer'): IssuerIdentity {
  const keyIdentifier = subjectKeyIdentifier(certificate.extensions);
  if (keyIdentifier === undefined || keyIdentifier.length === 0) {
    throw new CeremonyError('PROFILE_INVALID', `the ${what} certificate has no subject key identifier to refer to`);
  }
  return { name: certificate.subject.der, keyIdentifier };
}
