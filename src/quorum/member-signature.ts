import { hash } from 'node:crypto';
import { CeremonyError } from '../base/errors.ts';
import { readMemberKey, suiteOf } from '../cms/algorithms.ts';
import { signedAttributes } from '../cms/signed-attributes.ts';
import { assembleSignedData, verifyDetached } from '../cms/signed-data.ts';
import { parseSpki } from '../x509/public-key.ts';
import type { SignatureMechanism } from './mechanism.ts';

/** Has a token sign bytes (never a digest) with the member's signing key. */
export type TokenSigner = (mechanism: SignatureMechanism, bytes: Uint8Array) => Promise<Uint8Array>;

const MECHANISM = { 'P-256': 'ecdsa-sha256', 'P-384': 'ecdsa-sha384', RSA: 'rsa-pkcs1-sha256' } as const;

/** The mechanism that the CMS profile fixes for a member's key. @throws CeremonyError DER_INVALID for another key type */
export function memberMechanism(spki: Uint8Array): SignatureMechanism {
  return MECHANISM[suiteOf(parseSpki(spki)).key];
}

/**
 * A member's detached signature over `content`, in the one CMS profile that is accepted. The token is not believed:
 * what it returned must verify before this returns.
 * @param certificate DER of the member's signing certificate
 * @throws CeremonyError APPROVAL_SIGNATURE, and whatever the signer throws
 */
export async function signAsMember(
  content: Uint8Array,
  certificate: Uint8Array,
  sign: TokenSigner,
): Promise<Uint8Array> {
  const { suite } = readMemberKey(certificate, 'sign');
  const attributes = signedAttributes(hash(suite.digest, content, 'buffer'), certificate);
  const signature = await sign(MECHANISM[suite.key], attributes);
  const cms = assembleSignedData({ attributes, signature, certificate });
  verifyDetached(cms, content, certificate);
  return cms;
}

/**
 * Verifies a detached signature against a member's enrolled certificates: one of them must have made it.
 * @returns that certificate
 * @throws CeremonyError as verifyDetached: APPROVAL_DIGEST where one of them signed other bytes, else as for the last
 */
export function verifyAsMember(
  signature: Uint8Array,
  content: Uint8Array,
  certificates: readonly Uint8Array[],
): Uint8Array {
  let last: unknown = new CeremonyError('APPROVAL_SIGNATURE', 'the member has no token to sign with');
  for (const certificate of certificates) {
    try {
      verifyDetached(signature, content, certificate);
      return certificate;
    } catch (error) {
      // That another token did not make the signature says less than what is wrong with the one that did.
      if (!(last instanceof CeremonyError) || last.code === 'APPROVAL_SIGNATURE') last = error;
    }
  }
  throw last;
}
