import type { SignatureAlgorithm } from '../pki/algorithms.ts';

/**
 * A WebCrypto engine that signs nothing: it keeps the bytes it is asked to sign. Any randomness asked for is a bug.
 * @param spki what the public key of a request is exported as: certificates are given theirs
 */
export function captureEngine(spki?: Uint8Array) {
  let captured: Uint8Array | undefined;
  const refuse = () => {
    throw new Error('the X.509 library asked for random bytes');
  };
  const sign = (_algorithm: unknown, _key: unknown, data: ArrayBuffer): Promise<ArrayBuffer> => {
    captured = Uint8Array.from(new Uint8Array(data));
    // Long enough to be taken for a raw ECDSA signature on P-384; it is thrown away with what is around it.
    return Promise.resolve(new ArrayBuffer(96));
  };
  const exportKey = (): Promise<ArrayBuffer> => {
    if (!spki) throw new Error('the X.509 library asked for a key');
    return Promise.resolve(Uint8Array.from(spki).buffer);
  };
  const algorithm = ({ scheme, hash }: SignatureAlgorithm) => {
    if (hash === null) return { name: 'Ed25519' };
    // The library writes no curve into a signature algorithm: P-384 stands for each of them.
    return {
      ...(scheme === 'ecdsa' ? { name: 'ECDSA', namedCurve: 'P-384' } : { name: 'RSASSA-PKCS1-v1_5' }),
      hash: `SHA-${hash.slice(3)}`,
    };
  };
  return {
    algorithm,
    key: (signature: SignatureAlgorithm) => ({ algorithm: algorithm(signature) }) as unknown as CryptoKey,
    crypto: { subtle: { sign, exportKey }, getRandomValues: refuse, randomUUID: refuse } as unknown as Crypto,
    captured: (): Uint8Array => {
      if (!captured) throw new Error('the X.509 library signed nothing');
      return captured;
    },
  };
}
