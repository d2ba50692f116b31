import { CeremonyError, type ErrorCode } from '../base/errors.ts';

/** What a person at the table must know of a token that failed: which one, in what, and what may have happened on it. */
export interface Circumstance {
  /** How messages call it: `"root-hsm" ("Model", serial 1234)`. */
  readonly who: string;
  /** What it was used for, as messages say it: `generate-key of step "root-key"`. */
  readonly doing: string;
  /** Whether a call was made that may have left something on an HSM, or a signature of its. */
  readonly reached: boolean;
  /** What such a call would have left: `a key was made`. */
  readonly effect: string;
  /** The last words of the hint: what to do when it is put right, if nothing was done, and if that is not known. */
  readonly after: { readonly untouched: string; readonly unknown: string };
  /** Facts for the record, beside `reached` and what the error itself has. */
  readonly facts: Readonly<Record<string, string | null>>;
}

interface Trouble {
  /** What happened, to whom and in what; the reason follows. */
  readonly what: (who: string, doing: string) => string;
  /** What to look at first. */
  readonly next: string;
}

const TROUBLE: Partial<Readonly<Record<ErrorCode, Trouble>>> = {
  HSM_REMOVED: {
    what: (who, doing) => `${who} was removed during ${doing}`,
    next: 'put the same one back',
  },
  HSM_DEVICE_ERROR: {
    what: (who, doing) => `${who} failed during ${doing}`,
    next: 'see what the device itself shows, and restart it as its manual says',
  },
  HSM_SESSION_LOST: {
    what: (who, doing) => `${who} lost its session during ${doing}`,
    next: 'see whether the device was restarted or another program uses it',
  },
  HSM_WRONG_TOKEN: {
    what: (who, doing) => `${who} is not what is connected for ${doing}`,
    next: 'take out what is there and put the right one in',
  },
  HSM_PIN_INCORRECT: {
    what: (who, doing) => `${who} did not accept its PIN, and one try is spent, during ${doing}`,
    next: 'find out first who changed the PIN',
  },
  HSM_LOGIN_REFUSED: {
    what: (who, doing) => `${who} did not accept what was presented to it, and a try may be spent, during ${doing}`,
    next: 'see what the device itself shows, and who has which of its keys or cards',
  },
  HSM_CARD_MISSING: {
    what: (who, doing) => `${who} wants a card of its own in its slot, during ${doing}`,
    next: 'put a card of its administrators or operators into its slot, and leave it there',
  },
  PIN_LOCKED: {
    what: (who, doing) => `the PIN of ${who} is locked, during ${doing}`,
    next: 'use a spare one, or have its security officer set a new PIN',
  },
  TOKEN_PROCESS_DIED: {
    what: (who, doing) => `the process that used ${who} died during ${doing}`,
    next: 'see whether the device and its cables are as they were',
  },
  TOKEN_PROCESS_TIMEOUT: {
    what: (who, doing) => `${who} did not answer in time during ${doing}`,
    next: 'see whether the device waits for somebody or shows an error',
  },
  TOKEN_PROCESS_ENDED: {
    what: (who, doing) => `${who} did not answer, and people had its process ended, during ${doing}`,
    next: 'see whether the device waits for somebody or shows an error',
  },
  PKCS11_ERROR: {
    what: (who, doing) => `${who} refused during ${doing}`,
    next: 'look the return value up in the manual of the device',
  },
};

/** Codes after which nothing more is asked of the process that had them. */
export function isTrouble(error: unknown): error is CeremonyError {
  return error instanceof CeremonyError && TROUBLE[error.code] !== undefined;
}

/**
 * The refusal as it is shown and recorded: what happened to which token in what, what may have been done, and what to
 * do next. Its details say `reached`: `no` when it is certain that nothing was done on an HSM, else `maybe`; and
 * `done` when it is certain that it was. A refusal of another kind keeps its words; a bug stays one.
 */
export function troubled(error: unknown, circumstance: Circumstance): unknown {
  if (!(error instanceof CeremonyError)) return error;
  const { who, doing, facts } = circumstance;
  const details = { ...error.details, ...facts, reached: circumstance.reached ? 'maybe' : 'no' };
  const trouble = TROUBLE[error.code];
  if (!trouble) {
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return new CeremonyError(error.code, error.message, { ...hint, details, cause: error });
  }
  return new CeremonyError(error.code, `${trouble.what(who, doing)}: ${reason(error)}`, {
    hint: hintFor(error, trouble, circumstance),
    details,
    cause: error,
  });
}

/** A refusal that says nothing of what was reached came before the HSM was asked for anything. */
export function untouched(error: unknown): unknown {
  if (!(error instanceof CeremonyError) || error.details?.['reached'] !== undefined) return error;
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return new CeremonyError(error.code, error.message, {
    ...hint,
    details: { ...error.details, reached: 'no' },
    cause: error,
  });
}

/** Token and request are named already: a call and what became of it are left to say. */
function reason({ code, details, message }: CeremonyError): string {
  const { call, name, ckr, end, meaning } = details ?? {};
  const means = typeof meaning === 'string' ? `: ${meaning}` : '';
  if (typeof ckr === 'number') return `${String(call)} returned ${String(name)} (${ckr})${means}`;
  if (code === 'TOKEN_PROCESS_DIED' && typeof end === 'string') return call ? `${end} in ${String(call)}` : end;
  return message;
}

function hintFor(error: CeremonyError, { next }: Trouble, { reached, effect, after }: Circumstance): string {
  const { signed, of } = error.details ?? {};
  if (typeof signed === 'number')
    return `${signed} of ${String(of)} were signed and are thrown away; ${next}, then ask for all of them again`;
  if (error.details?.['done'] === true) return `${effect}; ${next}, ${after.unknown}`;
  if (reached) return `it is not known whether ${effect}; ${next}, ${after.unknown}`;
  // A death in C_Login: a right PIN costs nothing, but whether the token took it as right nobody has heard.
  const isLogin = error.details?.['call'] === 'C_Login' && error.details['ckr'] === undefined;
  const nothing = isLogin ? 'nothing was done on it but perhaps a login' : 'nothing was done on it';
  return `${nothing}; ${next}, ${after.untouched}`;
}
