import type { Json, JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { algorithmIdentifier } from '../quorum/mechanism.ts';
import { parseSpki } from '../x509/public-key.ts';
import { verifySignature } from '../x509/signature.ts';

/*
 * What the steps have in common that let a key leave its HSM wrapped, and that bring it to another.
 */

/** Either is AES key wrap with padding (RFC 5649) where it is the only one; where both are listed, the first is. */
const MECHANISMS = ['CKM_AES_KEY_WRAP_KWP', 'CKM_AES_KEY_WRAP_PAD'];

/**
 * That the HSM's list of mechanisms has one for it: known before a secret is made.
 * @param seen what the guard reports of the HSM
 * @throws CeremonyError HSM_MECHANISM
 */
export function requireWrapping(token: string, { mechanisms }: JsonObject): void {
  const listed: readonly unknown[] = Array.isArray(mechanisms) ? mechanisms : [];
  if (MECHANISMS.some((name) => listed.includes(name))) return;
  throw new CeremonyError('HSM_MECHANISM', `"${token}" has no ${MECHANISMS.join(' or ')}: it wraps no key by AES`, {
    hint: 'nothing was made; take an HSM that has it ("quorate doctor" says what each can do)',
  });
}

/** What a record calls a key or a signature may be none: then nothing is signed. */
export function isSigned(
  spki: Json | undefined,
  mechanism: string,
  statement: Uint8Array,
  signature: Json | undefined,
): boolean {
  const [key, made] = [spki, signature].map((one) => Buffer.from(String(one), 'base64'));
  try {
    return verifySignature(parseSpki(key as Buffer), algorithmIdentifier(mechanism), statement, made as Buffer);
  } catch (error) {
    if (error instanceof CeremonyError) return false;
    throw error;
  }
}
