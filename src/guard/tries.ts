import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import type { AuthorizedHsm } from '../quorum/authorization.ts';
import type { TokenFacts, User } from '../token/client.ts';
import type { GuardTerminal } from './terminal.ts';

export const NO_FAILED_TRY = 'no failed try reported';

/** What must be typed before the last try. */
const WORD = 'last try';

/** Shows people what an HSM says of the tries of one user's PIN, before that PIN goes to it. */
export type Announce = (facts: TokenFacts, user: User) => Promise<void>;

type Flags = Pick<
  TokenFacts,
  'userPinCountLow' | 'userPinFinalTry' | 'userPinLocked' | 'soPinCountLow' | 'soPinFinalTry' | 'soPinLocked'
>;

/** PKCS#11 has no number of tries, only these flags of each user's PIN. */
export function pinFlags(facts: Flags, user: User): { countLow: boolean; finalTry: boolean; locked: boolean } {
  return user === 'user'
    ? { countLow: facts.userPinCountLow, finalTry: facts.userPinFinalTry, locked: facts.userPinLocked }
    : { countLow: facts.soPinCountLow, finalTry: facts.soPinFinalTry, locked: facts.soPinLocked };
}

/** What a token says of the tries that are left, in words. */
export function triesOf(facts: Flags, user: User = 'user'): string {
  const { countLow, finalTry } = pinFlags(facts, user);
  if (finalTry) return 'THIS IS THE LAST TRY';
  return countLow ? 'a wrong PIN was entered before' : NO_FAILED_TRY;
}

/** @throws CeremonyError PIN_LOCKED, before anything is sent */
export function requireUnlocked(facts: Flags, user: User): void {
  if (!pinFlags(facts, user).locked) return;
  throw new CeremonyError('PIN_LOCKED', 'the token says so itself, and no PIN was sent');
}

/**
 * What an HSM says of the tries that are left is read before its PIN goes to it: a failure there may destroy its keys.
 * Before the last one a word is typed.
 * @throws CeremonyError PRESENTATION_CANCELLED when people leave it at that
 */
export async function announceTries(
  terminal: GuardTerminal,
  { name, activation }: Pick<AuthorizedHsm, 'name' | 'activation'>,
  facts: TokenFacts,
  user: User,
): Promise<void> {
  const { finalTry, locked } = pinFlags(facts, user);
  const tries = triesOf(facts, user);
  // One that is locked is refused by whoever would log in: there is nothing to decide.
  if (locked || tries === NO_FAILED_TRY) return;
  await terminal.session(async () => {
    await terminal.show([
      `BEFORE THE LOGIN, THE HSM "${name}" (serial ${escapeForeign(facts.serial)}) REPORTS:`,
      user === 'user' ? tries : `PIN of its security officer: ${tries}`,
      '',
      activation.means === 'shares'
        ? 'This PIN is recombined from the shares that were opened, and goes to it next.'
        : 'Its people are asked for it next.',
      'Refused, it costs one more try; an HSM without tries locks or erases itself.',
      'Find out first, from its log or its keepers, where a wrong PIN came from.',
    ]);
    if (finalTry) await terminal.readWord(`Type "${WORD}" to log in; Ctrl-C leaves it alone:`, WORD);
    else await terminal.readText('Press Enter to log in; Ctrl-C leaves it alone.');
  });
}
