import { CeremonyError } from '../base/errors.ts';
import { CONTENT_KEY_BYTES } from '../cms/enveloped-data.ts';
import { undoOaep } from '../cms/oaep.ts';

/** What a card's RSA key can be asked for. Each answer is a secret. */
export interface RsaKey {
  /** RSAES-OAEP with SHA-1 by the card itself. */
  readonly oaep: () => Promise<Buffer>;
  /** The raw private operation: as long as the modulus, the padding still there. */
  readonly raw: () => Promise<Buffer>;
}

/** What says that a card does not do a mechanism, or not with these parameters. It says nothing of a ciphertext. */
const NOT_DONE = ['CKR_MECHANISM_INVALID', 'CKR_MECHANISM_PARAM_INVALID', 'CKR_FUNCTION_NOT_SUPPORTED'];

/**
 * The content key of an envelope that was sealed to an RSA key. Many cards do no OAEP, or their module refuses its
 * parameters (OpenSC): there the padding is undone here, which gives this process no more than the card would have.
 * @param hasOaep whether the card's list of mechanisms has CKM_RSA_PKCS_OAEP
 * @throws what the card refuses; RangeError for every fault of the padding
 */
export async function contentKeyByRsa(key: RsaKey, hasOaep: boolean): Promise<Buffer> {
  if (!hasOaep) return undoOaep(await key.raw(), CONTENT_KEY_BYTES);
  try {
    return await key.oaep();
  } catch (error) {
    if (!isNotDone(error)) throw error;
    return undoOaep(await key.raw(), CONTENT_KEY_BYTES);
  }
}

function isNotDone(error: unknown): boolean {
  if (!(error instanceof CeremonyError)) return false;
  const { name, call } = error.details ?? {};
  // SoftHSM's word for parameters that it does not take. It would say the same of a ciphertext, hence the call.
  if (name === 'CKR_ARGUMENTS_BAD') return call === 'C_DecryptInit';
  return NOT_DONE.includes(String(name));
}
