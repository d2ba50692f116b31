import { OID } from '../der/oid.ts';

/** What a script calls a key's algorithm. */
export type KeyAlgorithmName =
  | 'ecdsa-p256'
  | 'ecdsa-p384'
  | 'ecdsa-p521'
  | 'ed25519'
  | 'rsa-2048'
  | 'rsa-3072'
  | 'rsa-4096';

/** What the token process calls a signature: it hashes and signs by this name. */
export type SignatureName =
  | 'ecdsa-sha256'
  | 'ecdsa-sha384'
  | 'ecdsa-sha512'
  | 'ed25519'
  | 'rsa-pkcs1-sha256'
  | 'rsa-pkcs1-sha384'
  | 'rsa-pkcs1-sha512';

export interface SignatureAlgorithm {
  readonly name: SignatureName;
  readonly scheme: 'ecdsa' | 'ed25519' | 'rsa-pkcs1';
  /** Null for Ed25519, which signs the message itself (RFC 8032 §5.1.6). */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
  /** Hex of the AlgorithmIdentifier, byte for byte (TLS BR §7.1.3.2; RFC 8410 §3). */
  readonly identifier: string;
}

export interface KeyAlgorithm {
  readonly name: KeyAlgorithmName;
  /** For people: `ECDSA P-384`. */
  readonly title: string;
  readonly type: 'ec' | 'ed25519' | 'rsa';
  /** Bits of the field, or of the modulus. */
  readonly bits: number;
  /** Dotted identifier of the named curve; undefined for RSA and Ed25519. */
  readonly curve: string | undefined;
  /** Hex of the AlgorithmIdentifier in a SubjectPublicKeyInfo, byte for byte (TLS BR §7.1.3.1; RFC 8410 §3). */
  readonly spkiIdentifier: string;
  /** The one signature that this program makes with such a key. */
  readonly signature: SignatureName;
  /** All signatures that the requirements pair with such a key. */
  readonly signatures: readonly SignatureName[];
  /** Whether a new CA key may have it. Smaller RSA keys are known for reading only. */
  readonly forCa: boolean;
}

/** TLS BR §7.1.3.2.1 and §7.1.3.2.2; MRSP §5.1.1 and §5.1.2 list the same bytes. Neither has Ed25519: RFC 8410 §3. */
export const SIGNATURES: { readonly [name in SignatureName]: SignatureAlgorithm } = {
  'ecdsa-sha256': {
    name: 'ecdsa-sha256',
    scheme: 'ecdsa',
    hash: 'sha256',
    identifier: '300a06082a8648ce3d040302',
  },
  'ecdsa-sha384': {
    name: 'ecdsa-sha384',
    scheme: 'ecdsa',
    hash: 'sha384',
    identifier: '300a06082a8648ce3d040303',
  },
  'ecdsa-sha512': {
    name: 'ecdsa-sha512',
    scheme: 'ecdsa',
    hash: 'sha512',
    identifier: '300a06082a8648ce3d040304',
  },
  ed25519: {
    name: 'ed25519',
    scheme: 'ed25519',
    hash: null,
    identifier: '300506032b6570',
  },
  'rsa-pkcs1-sha256': {
    name: 'rsa-pkcs1-sha256',
    scheme: 'rsa-pkcs1',
    hash: 'sha256',
    identifier: '300d06092a864886f70d01010b0500',
  },
  'rsa-pkcs1-sha384': {
    name: 'rsa-pkcs1-sha384',
    scheme: 'rsa-pkcs1',
    hash: 'sha384',
    identifier: '300d06092a864886f70d01010c0500',
  },
  'rsa-pkcs1-sha512': {
    name: 'rsa-pkcs1-sha512',
    scheme: 'rsa-pkcs1',
    hash: 'sha512',
    identifier: '300d06092a864886f70d01010d0500',
  },
};

const RSA_IDENTIFIER = '300d06092a864886f70d0101010500';
const RSA_SIGNATURES = ['rsa-pkcs1-sha256', 'rsa-pkcs1-sha384', 'rsa-pkcs1-sha512'] as const;

/**
 * RSA signs with SHA-384: the requirements allow SHA-256, -384 and -512 (TLS BR §7.1.3.2.1), a 4096-bit modulus is
 * worth more than the 128 bits of SHA-256's collision resistance, and every verifier that has SHA-512 has SHA-384.
 */
export const KEY_ALGORITHMS: { readonly [name in KeyAlgorithmName]: KeyAlgorithm } = {
  'ecdsa-p256': {
    name: 'ecdsa-p256',
    title: 'ECDSA P-256',
    type: 'ec',
    bits: 256,
    curve: OID.secp256r1,
    spkiIdentifier: '301306072a8648ce3d020106082a8648ce3d030107',
    signature: 'ecdsa-sha256',
    signatures: ['ecdsa-sha256'],
    forCa: true,
  },
  'ecdsa-p384': {
    name: 'ecdsa-p384',
    title: 'ECDSA P-384',
    type: 'ec',
    bits: 384,
    curve: OID.secp384r1,
    spkiIdentifier: '301006072a8648ce3d020106052b81040022',
    signature: 'ecdsa-sha384',
    signatures: ['ecdsa-sha384'],
    forCa: true,
  },
  'ecdsa-p521': {
    name: 'ecdsa-p521',
    title: 'ECDSA P-521',
    type: 'ec',
    bits: 521,
    curve: OID.secp521r1,
    spkiIdentifier: '301006072a8648ce3d020106052b81040023',
    signature: 'ecdsa-sha512',
    signatures: ['ecdsa-sha512'],
    forCa: true,
  },
  ed25519: {
    name: 'ed25519',
    title: 'Ed25519',
    type: 'ed25519',
    bits: 255,
    curve: undefined,
    spkiIdentifier: '300506032b6570',
    signature: 'ed25519',
    signatures: ['ed25519'],
    forCa: true,
  },
  'rsa-2048': rsa(2048, false),
  'rsa-3072': rsa(3072, true),
  'rsa-4096': rsa(4096, true),
};

function rsa(bits: 2048 | 3072 | 4096, forCa: boolean): KeyAlgorithm {
  return {
    name: `rsa-${bits}`,
    title: `RSA ${bits}`,
    type: 'rsa',
    bits,
    curve: undefined,
    spkiIdentifier: RSA_IDENTIFIER,
    signature: 'rsa-pkcs1-sha384',
    signatures: RSA_SIGNATURES,
    forCa,
  };
}

export function isKeyAlgorithmName(value: unknown): value is KeyAlgorithmName {
  return typeof value === 'string' && Object.hasOwn(KEY_ALGORITHMS, value);
}

export function isSignatureName(value: unknown): value is SignatureName {
  return typeof value === 'string' && Object.hasOwn(SIGNATURES, value);
}

/** The signature whose AlgorithmIdentifier is exactly these bytes, or undefined. */
export function signatureByIdentifier(hex: string): SignatureAlgorithm | undefined {
  return Object.values(SIGNATURES).find((signature) => signature.identifier === hex);
}
