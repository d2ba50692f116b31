import { CeremonyError } from '../base/errors.ts';
import type { Authorization, AuthorizedHsm } from '../quorum/authorization.ts';
import { holdToMode } from '../quorum/software-token.ts';
import type { TokenFacts } from '../token/replies.ts';

/** What is known of an HSM before one looks at what is present. */
export interface Expected {
  readonly authorized: AuthorizedHsm;
  readonly mode: Authorization['mode'];
  /** Null for a blank one. */
  readonly serial: string | null;
  /** The slot in which it was last seen, if it was seen. Slots are no names: they only tell a swap from an absence. */
  readonly slot: number | undefined;
}

/**
 * The one token, of all that a module shows, that is this HSM: by serial and model, or the blank one of the model.
 * @throws CeremonyError TOKEN_MISSING; HSM_REMOVED when it was seen before; HSM_WRONG_TOKEN; TOKEN_UNEXPECTED for a
 *   software token in production; HSM_DEVICE_ERROR
 */
export function findHsm(tokens: readonly TokenFacts[], expected: Expected): TokenFacts {
  const { authorized, mode, serial } = expected;
  const found = tokens.filter((token) =>
    serial === null ? !token.initialized && token.model === authorized.model : token.serial === serial,
  );
  const [only] = found;
  if (!only) throw absence(tokens, expected);
  if (found.length > 1) {
    throw new CeremonyError(
      'TOKEN_MISSING',
      `${found.length} of "${authorized.name}" (${wanted(expected)}) are present; exactly one is needed`,
      { hint: 'take out what does not belong to this ceremony' },
    );
  }
  if (only.model !== authorized.model) {
    throw new CeremonyError(
      'HSM_WRONG_TOKEN',
      `the token with serial ${only.serial} is of model "${only.model}"; the authorization names "${authorized.model}"`,
    );
  }
  holdToMode(mode, only, `the HSM "${authorized.name}"`);
  if (only.errorState) throw new CeremonyError('HSM_DEVICE_ERROR', 'the token says that it is in an error state');
  return only;
}

function absence(tokens: readonly TokenFacts[], expected: Expected): CeremonyError {
  const { authorized, serial, slot } = expected;
  const others = tokens.filter((token) => token.initialized);
  const [instead] = slot === undefined ? others : others.filter((token) => token.slot === slot);
  const isSwapped = instead !== undefined && (slot !== undefined || others.length === 1);
  if (serial !== null && isSwapped) {
    return new CeremonyError(
      'HSM_WRONG_TOKEN',
      `in its place is the token with serial ${instead.serial} of model "${instead.model}"`,
    );
  }
  if (slot !== undefined) return new CeremonyError('HSM_REMOVED', 'it is in no slot any more');
  const present = others.map((token) => `${token.serial} ("${token.model}")`).join(', ');
  return new CeremonyError(
    'TOKEN_MISSING',
    `0 of "${authorized.name}" (${wanted(expected)}) are present; exactly one is needed${present === '' ? '' : `; present: ${present}`}`,
    { hint: 'connect it and switch it on, then repeat the step' },
  );
}

function wanted({ authorized, serial }: Expected): string {
  return serial === null ? `blank token of model "${authorized.model}"` : `token with serial ${serial}`;
}
