import type { webcrypto } from 'node:crypto';

/**
 * The names of WebCrypto that the X.509 library's declarations use and that Node declares only inside its module.
 * Types alone: no DOM is taken in.
 */
declare global {
  type BufferSource = ArrayBufferView | ArrayBuffer;
  type Algorithm = webcrypto.Algorithm;
  type AlgorithmIdentifier = webcrypto.AlgorithmIdentifier;
  type CryptoKeyPair = webcrypto.CryptoKeyPair;
  type EcKeyGenParams = webcrypto.EcKeyGenParams;
  type EcKeyImportParams = webcrypto.EcKeyImportParams;
  type EcdsaParams = webcrypto.EcdsaParams;
  type KeyUsage = webcrypto.KeyUsage;
  type RsaHashedImportParams = webcrypto.RsaHashedImportParams;
}
