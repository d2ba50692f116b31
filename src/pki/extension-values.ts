import { OID } from '../der/oid.ts';
import {
  boolean,
  explicit,
  ia5String,
  implicit,
  integer,
  namedBitString,
  oid,
  raw,
  sequence,
  utf8String,
} from '../der/writer.ts';
import type { CrlScope } from '../x509/crl-scope.ts';
import { KEY_USAGES, type KeyUsageName } from '../x509/extensions.ts';
import { maskOf, parseIpNetwork } from './ip-network.ts';
import { encodeName, subjectOf } from './name.ts';
import type { NameConstraints, NameSubtrees } from './name-constraint-fields.ts';
import type { PolicyItem } from './policy-fields.ts';
import type { CertificateFields } from './profile.ts';

/** The values of extensions in our own encoding, from fields in their normal form (RFC 5280 §4.2.1, §4.2.2). */

/** §4.2.1.9: of an end entity an empty SEQUENCE, for cA FALSE is the DEFAULT. */
export function basicConstraints(kind: 'ca' | 'end-entity', pathLength: number | undefined): Uint8Array {
  if (kind === 'end-entity') return sequence();
  return pathLength === undefined ? sequence(boolean(true)) : sequence(boolean(true), integer(pathLength));
}

/** §4.2.1.3 */
export function keyUsage(names: readonly KeyUsageName[]): Uint8Array {
  return namedBitString(names.map((name) => KEY_USAGES.indexOf(name)));
}

/** §4.2.1.4; a notice is one UTF8String without a reference. */
export function certificatePolicies(policies: readonly PolicyItem[]): Uint8Array {
  return sequence(...policies.map(policyInformation));
}

function policyInformation(item: PolicyItem): Uint8Array {
  if (typeof item === 'string') return sequence(oid(item));
  const { policy, cps, notice } = item;
  const qualifiers = [
    ...(cps === undefined ? [] : [sequence(oid(OID.cps), ia5String(cps))]),
    ...(notice === undefined ? [] : [sequence(oid(OID.userNotice), sequence(utf8String(notice)))]),
  ];
  return sequence(oid(policy), sequence(...qualifiers));
}

/** §4.2.1.11 */
export function policyConstraints(constraints: NonNullable<CertificateFields['policy-constraints']>): Uint8Array {
  const { 'require-explicit-policy': explicitPolicy, 'inhibit-policy-mapping': mapping } = constraints;
  return sequence(...skipCerts(0, explicitPolicy), ...skipCerts(1, mapping));
}

/** `[number] IMPLICIT INTEGER (0..MAX)`, from 0 to 255, where there is one. */
function skipCerts(number: number, skip: number | undefined): Uint8Array[] {
  if (skip === undefined) return [];
  // A leading zero keeps what is over 127 positive.
  return [implicit(number, skip < 0x80 ? Uint8Array.of(skip) : Uint8Array.of(0, skip))];
}

/** §4.2.1.10: minimum is its DEFAULT, and there is no maximum. */
export function nameConstraints({ permitted, excluded }: NameConstraints): Uint8Array {
  return sequence(
    ...(permitted ? [explicit(0, ...subtrees(permitted))] : []),
    ...(excluded ? [explicit(1, ...subtrees(excluded))] : []),
  );
}

function subtrees({ dns = [], ip = [], email = [], uri = [], directory = [] }: NameSubtrees): Uint8Array[] {
  const bases = [
    ...dns.map((name) => implicit(2, ascii(name))),
    ...ip.map((network) => implicit(7, addressAndMask(network))),
    ...email.map((name) => implicit(1, ascii(name))),
    ...uri.map((name) => implicit(6, ascii(name))),
    // Name is a CHOICE, so its tag is EXPLICIT.
    ...directory.map((mapping) => explicit(4, encodeName(subjectOf(mapping)))),
  ];
  return bases.map((base) => sequence(base));
}

function addressAndMask(text: string): Uint8Array {
  const network = parseIpNetwork(text);
  if (!network) throw new RangeError(`"${text}" is not a network`);
  return raw(network.address, maskOf(network));
}

/** §4.2.1.1, keyIdentifier [0] alone (TLS BR §7.1.2.11.1). */
export function authorityKeyIdentifier(keyIdentifier: Uint8Array): Uint8Array {
  return sequence(implicit(0, keyIdentifier));
}

/** §4.2.1.13: one point, its full name a URL. */
export function crlDistributionPoint(url: string): Uint8Array {
  return sequence(sequence(explicit(0, explicit(0, uri(url)))));
}

/** §5.2.5: distributionPoint with one URI, onlyContainsUserCerts, onlyContainsCACerts; what is FALSE is the DEFAULT. */
export function issuingDistributionPoint({ uri: point, only }: CrlScope): Uint8Array {
  return sequence(
    ...(point === undefined ? [] : [explicit(0, explicit(0, uri(point)))]),
    ...(only === undefined ? [] : [implicit(only === 'user' ? 1 : 2, Uint8Array.of(0xff))]),
  );
}

/** §4.2.2.1, the responder before the certificate. */
export function authorityInfoAccess(ocsp: string | undefined, caIssuers: string | undefined): Uint8Array {
  return sequence(
    ...(ocsp === undefined ? [] : [sequence(oid(OID.ocsp), uri(ocsp))]),
    ...(caIssuers === undefined ? [] : [sequence(oid(OID.caIssuers), uri(caIssuers))]),
  );
}

/** GeneralName uniformResourceIdentifier [6] of an ASCII URL. */
function uri(url: string): Uint8Array {
  return implicit(6, ascii(url));
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
