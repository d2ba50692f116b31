import { CeremonyError, type ErrorCode } from '../base/errors.ts';
import { returnValueName } from './cryptoki-names.ts';

/** Return values of which the people at the table must know more than "the module returned an error". */
const CODES: Readonly<Record<string, ErrorCode>> = {
  CKR_PIN_INCORRECT: 'PIN_INCORRECT',
  CKR_PIN_LOCKED: 'PIN_LOCKED',
  CKR_PIN_LEN_RANGE: 'PIN_LENGTH',
  CKR_PIN_INVALID: 'PIN_LENGTH',
  CKR_KEY_UNEXTRACTABLE: 'HSM_KEY_NOT_WRAPPABLE',
  CKR_KEY_NOT_WRAPPABLE: 'HSM_KEY_NOT_WRAPPABLE',
  CKR_WRAPPED_KEY_INVALID: 'HSM_WRAPPED_KEY',
  CKR_WRAPPED_KEY_LEN_RANGE: 'HSM_WRAPPED_KEY',
  CKR_DEVICE_REMOVED: 'HSM_REMOVED',
  CKR_TOKEN_NOT_PRESENT: 'HSM_REMOVED',
  CKR_SLOT_ID_INVALID: 'HSM_REMOVED',
  CKR_DEVICE_ERROR: 'HSM_DEVICE_ERROR',
  CKR_DEVICE_MEMORY: 'HSM_DEVICE_ERROR',
  CKR_SESSION_CLOSED: 'HSM_SESSION_LOST',
  CKR_SESSION_HANDLE_INVALID: 'HSM_SESSION_LOST',
  CKR_USER_NOT_LOGGED_IN: 'HSM_SESSION_LOST',
  CKR_CRYPTOKI_NOT_INITIALIZED: 'HSM_SESSION_LOST',
};

/**
 * The refusal for a return value other than CKR_OK: the code of the table above or PKCS11_ERROR, with details
 * {ckr, name, call}.
 * @param call the C function
 * @param where the token it was called on, or null
 */
export function refusalFor(call: string, where: string | null, ckr: number): CeremonyError {
  const name = returnValueName(ckr);
  const place = where === null ? '' : ` on token "${where}"`;
  return new CeremonyError(CODES[name] ?? 'PKCS11_ERROR', `${call}${place} returned ${name} (${ckr})`, {
    details: { ckr, name, call },
  });
}

/**
 * Calls the module through pkcs11js, and turns what it throws into our refusal. pkcs11js throws three kinds of
 * errors, some without a code; all of them start with NAME:NUMBER of the return value.
 * @throws CeremonyError as refusalFor; what is not a return value goes on as it is, being a bug
 */
export function cryptoki<T>(call: string, where: string | null, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const ckr = returnValueOf(error);
    if (ckr === undefined) throw error;
    throw refusalFor(call, where, ckr);
  }
}

/** What is done on the way out, a session closed: that it fails must not hide what came before it. */
export function onTheWayOut(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
  }
}

function returnValueOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || error instanceof CeremonyError) return undefined;
  if ('code' in error && typeof error.code === 'number' && error.code > 0) return error.code;
  const match = /\bCKR_\w+:(\d+)/.exec(error.message);
  return match ? Number(match[1]) : undefined;
}

/** The return value behind a refusal of ours, as a name; undefined for other errors. */
export function returnValueBehind(error: unknown): string | undefined {
  const name = error instanceof CeremonyError ? error.details?.name : undefined;
  return typeof name === 'string' ? name : undefined;
}
