import { hash } from 'node:crypto';
import type { AuthorityKeyIdentifier } from '../x509/extensions.ts';
import type { SubjectPublicKeyInfo } from '../x509/model.ts';

/**
 * Hex of the key identifiers that published methods derive from a key: RFC 5280 §4.2.1.2 (1) and (2), RFC 7093 §2
 * (1) to (3) over the BIT STRING's value, (4) over the whole SubjectPublicKeyInfo, cut to 160 bits or not.
 */
export function derivedKeyIdentifiers({ key, der }: SubjectPublicKeyInfo): string[] {
  const sha1 = hash('sha1', key, 'hex');
  const [sha256, sha384, sha512] = [hash('sha256', key, 'hex'), hash('sha384', key, 'hex'), hash('sha512', key, 'hex')];
  const whole = hash('sha256', der, 'hex');
  const cut = (digest: string) => digest.slice(0, 40);
  // Method 2 of RFC 5280: four bits 0100, then the last 60 bits of the SHA-1.
  return [cut(sha256), sha1, `4${sha1.slice(25)}`, cut(sha384), cut(sha512), cut(whole), whole];
}

/** What an authority key identifier holds beside, or instead of, its keyIdentifier (TLS BR §7.1.2.1.3, §7.1.2.11.1). */
export function authorityKeyIdentifierFaults({ keyIdentifier, issuer, serial }: AuthorityKeyIdentifier): string[] {
  return [
    ...(keyIdentifier ? [] : ['authorityKeyIdentifier has no keyIdentifier']),
    ...(issuer ? ['authorityKeyIdentifier has an authorityCertIssuer'] : []),
    ...(serial ? ['authorityKeyIdentifier has an authorityCertSerialNumber'] : []),
  ];
}
