import { CeremonyError, type ErrorCode } from '../base/errors.ts';
import { returnValueName } from './cryptoki-names.ts';

/** Return values of which the people at the table must know more than "the module returned an error". */
const CODES: Readonly<Record<string, ErrorCode>> = {
  CKR_PIN_INCORRECT: 'PIN_INCORRECT',
  CKR_PIN_LOCKED: 'PIN_LOCKED',
  CKR_PIN_LEN_RANGE: 'PIN_LENGTH',
  CKR_PIN_INVALID: 'PIN_LENGTH',
};

/**
 * The refusal for a return value other than CKR_OK: PIN_INCORRECT, PIN_LOCKED, PIN_LENGTH or PKCS11_ERROR, with
 * details {ckr, name, call}.
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
