import { hexOf } from '../der/values.ts';
import type { AlgorithmIdentifier, SubjectPublicKeyInfo } from '../x509/model.ts';

const RSA = '300d06092a864886f70d0101010500';
const P256 = '301306072a8648ce3d020106082a8648ce3d030107';
const P384 = '301006072a8648ce3d020106052b81040022';
const P521 = '301006072a8648ce3d020106052b81040023';

/** TLS BR §7.1.3.1.1 and §7.1.3.1.2, in hex. */
export const SPKI_IDENTIFIERS: readonly string[] = [RSA, P256, P384, P521];

/** RSASSA-PSS with MGF-1 of the same hash and a salt of its length, all parameters spelled out. */
const PSS = [
  ['RSASSA-PSS with SHA-256', pss('01', '20')],
  ['RSASSA-PSS with SHA-384', pss('02', '30')],
  ['RSASSA-PSS with SHA-512', pss('03', '40')],
] as const;

function pss(hash: '01' | '02' | '03', saltLength: '20' | '30' | '40'): string {
  const algorithm = `300d06096086480165030402${hash}0500`;
  return `304106092a864886f70d01010a3034a00f${algorithm}a11c301a06092a864886f70d010108${algorithm}a2030201${saltLength}`;
}

/** TLS BR §7.1.3.2.1 and §7.1.3.2.2: hex of the AlgorithmIdentifier → its name and that of the keys it is for. */
export const SIGNATURE_IDENTIFIERS: ReadonlyMap<string, { readonly name: string; readonly keys: string }> = new Map([
  ['300d06092a864886f70d01010b0500', { name: 'RSASSA-PKCS1-v1_5 with SHA-256', keys: RSA }],
  ['300d06092a864886f70d01010c0500', { name: 'RSASSA-PKCS1-v1_5 with SHA-384', keys: RSA }],
  ['300d06092a864886f70d01010d0500', { name: 'RSASSA-PKCS1-v1_5 with SHA-512', keys: RSA }],
  ...PSS.map(([name, hex]) => [hex, { name, keys: RSA }] as const),
  ['300a06082a8648ce3d040302', { name: 'ECDSA with SHA-256', keys: P256 }],
  ['300a06082a8648ce3d040303', { name: 'ECDSA with SHA-384', keys: P384 }],
  ['300a06082a8648ce3d040304', { name: 'ECDSA with SHA-512', keys: P521 }],
]);

const ED25519 = '300506032b6570';

/** With what a CA of its own may use besides: Ed25519, whose key and signature have the same bytes (RFC 8410 §3). */
export const PRIVATE_SIGNATURE_IDENTIFIERS: typeof SIGNATURE_IDENTIFIERS = new Map([
  ...SIGNATURE_IDENTIFIERS,
  [ED25519, { name: 'Ed25519', keys: ED25519 }],
]);

const KEY_NAMES: ReadonlyMap<string, string> = new Map([
  [RSA, 'RSA'],
  [P256, 'P-256'],
  [P384, 'P-384'],
  [P521, 'P-521'],
  [ED25519, 'Ed25519'],
]);

/** Whether a known signature algorithm belongs to another kind of key; unknown ones have a rule of their own. */
export function signatureFault(algorithm: AlgorithmIdentifier, key: SubjectPublicKeyInfo): string[] {
  const signature = PRIVATE_SIGNATURE_IDENTIFIERS.get(hexOf(algorithm.der));
  const kind = hexOf(key.algorithm.der);
  if (signature === undefined || signature.keys === kind) return [];
  return [
    `the signature algorithm is ${signature.name}, which is not for a key of ${KEY_NAMES.get(kind) ?? 'another algorithm'}`,
  ];
}
