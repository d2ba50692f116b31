import type { SignatureAlgorithm } from '../pki/algorithms.ts';

/** Thrown at the library once the bytes are here: what it would make of a signature, it would encode and read in vain. */
const CAPTURED = new Error('the bytes to be signed are captured');

/**
 * A WebCrypto engine that signs nothing: it keeps the bytes it is asked to sign, and ends the generator that asked. Any
 * randomness asked for is a bug.
 * @param spki what the public key of a request is exported as: certificates are given theirs
 */
export function captureEngine(spki?: Uint8Array) {
  let captured: Uint8Array | undefined;
  const refuse = () => {
    throw new Error('the X.509 library asked for random bytes');
  };
  const sign = (_algorithm: unknown, _key: unknown, data: ArrayBuffer): Promise<ArrayBuffer> => {
    captured = Uint8Array.from(new Uint8Array(data));
    return Promise.reject(CAPTURED);
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
    /** What the library's generator asks to have signed. */
    capture: async (generate: () => Promise<unknown>): Promise<Uint8Array> => {
      try {
        await generate();
      } catch (error) {
        if (error !== CAPTURED) throw error;
      }
      if (!captured) throw new Error('the X.509 library signed nothing');
      return captured;
    },
  };
}
