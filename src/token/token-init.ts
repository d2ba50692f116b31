import { CeremonyError } from '../base/errors.ts';
import type { Pin } from './pin-functions.ts';
import type { Pkcs11Module, Token } from './pkcs11-module.ts';
import type { TokenFacts } from './replies.ts';

/** What becomes of a token, and may. */
export interface Initialization {
  readonly label: string;
  /** Serial of the token that may be wiped; null for a blank one. */
  readonly wipes: string | null;
  readonly pin: Pin;
  /** Whether the module may be finalised in between: nobody is logged in through it. */
  readonly mayRestart: boolean;
}

/**
 * C_InitToken. A blank token takes the PIN as its security officer's; an initialised one wants the current one, keeps
 * it, and loses everything else.
 * @param announce awaited when all checks have passed, right before the call
 * @returns the token as it is found afterwards
 * @throws CeremonyError TOKEN_UNEXPECTED when it is initialised and `wipes` is not its serial; TOKEN_MISSING when it
 * cannot be told afterwards which token it is; the token's refusals
 */
export async function initializeToken(
  module: Pkcs11Module,
  token: Token,
  { label, wipes, pin, mayRestart }: Initialization,
  announce: () => Promise<void>,
): Promise<TokenFacts> {
  const { initialized, serial } = token.facts;
  if (initialized && wipes !== serial) {
    const named = wipes === null ? 'nothing was named to be wiped' : `"${wipes}" was named to be wiped`;
    throw new CeremonyError('TOKEN_UNEXPECTED', `token "${serial}" is initialised, and ${named}`);
  }
  if (!initialized && wipes !== null) {
    throw new CeremonyError('TOKEN_UNEXPECTED', `the token is blank, expected "${wipes}" to be wiped`);
  }
  const before = new Set(module.tokens().map(({ facts }) => facts.serial));
  await announce();
  module.pins.initToken(token.slot.handle, pin, Buffer.from(label, 'utf8'));

  // SoftHSM gives a blank token its serial here and another slot later; other modules show it after a new start only.
  const isIt = ({ facts }: Token) =>
    facts.initialized && facts.label === label && (initialized ? facts.serial === serial : !before.has(facts.serial));
  let found = module.tokens().filter(isIt);
  if (found.length === 0 && mayRestart) {
    module.restart();
    found = module.tokens().filter(isIt);
  }
  const [made] = found;
  if (made === undefined || found.length > 1) {
    const message = `after C_InitToken ${found.length} new tokens are labelled "${label}", exactly 1 was expected`;
    throw new CeremonyError('TOKEN_MISSING', message);
  }
  return made.facts;
}
