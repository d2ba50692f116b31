import { checkPublicKey } from '../x509/key-check.ts';
import type { SubjectPublicKeyInfo } from '../x509/model.ts';

const FOUND = new WeakMap<SubjectPublicKeyInfo, readonly string[]>();

/** What `checkPublicKey` says, asked once for all packs: that an RSA modulus is no prime costs more than all rules together. */
export function publicKeyFaults(spki: SubjectPublicKeyInfo): readonly string[] {
  const found = FOUND.get(spki) ?? checkPublicKey(spki);
  FOUND.set(spki, found);
  return found;
}
