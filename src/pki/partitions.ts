import { type CrlScope, needsNoCrl, outside, scopeWords } from '../x509/crl-scope.ts';
import type { Certificate } from '../x509/model.ts';

/*
 * The partitions of a CA together are as good as a complete CRL where each certificate of the CA is in exactly one of them (TLS BR
 * 2.2.6 §7.2; RFC 5280 §5.2.5).
 */

/**
 * Why a certificate is in no partition of its CA, or in two; undefined where it is in one.
 * @param scopes each of which the CA has signed a CRL, once
 * @param issuer SHA-256 of the SubjectPublicKeyInfo of the CA
 * @throws CeremonyError DER_INVALID
 */
export function partitionFault(
  scopes: readonly CrlScope[],
  certificate: Certificate,
  issuer: string | undefined,
): string | undefined {
  if (needsNoCrl(certificate, issuer)) return undefined;
  const [one, other] = scopes.filter((scope) => outside(scope, certificate) === undefined);
  if (one && other)
    return `it is in two partitions of the CRL of its CA, ${scopeWords(one)} and ${scopeWords(other)}: one could leave out what the other lists`;
  if (one) return undefined;
  const whys = scopes.map((scope) => outside(scope, certificate) ?? '');
  return `it is in no partition of the CRL of its CA: ${[...new Set(whys)].join('; ')}`;
}
