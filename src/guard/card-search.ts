import { CeremonyError } from '../base/errors.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { MemberToken, Roster } from '../quorum/roster.ts';
import { serialShown } from '../quorum/serial.ts';
import { holdToMode } from '../quorum/software-token.ts';
import type { TokenFacts, TokenName, TokenProcess } from '../token/client.ts';
import { askFor, type SeenToken, serialsOf } from './card-rows.ts';
import type { GuardTerminal } from './terminal.ts';
import { isTrouble } from './token-trouble.ts';
import { triesOf } from './tries.ts';

export interface CardSearch {
  /** The token process of the quorum tokens, started if there is none. */
  readonly reach: () => Promise<TokenProcess>;
  readonly terminal: GuardTerminal;
  readonly authorization: Authorization;
  /** The one in force. */
  readonly roster: () => Roster;
  /** The token that was presented last, if one was: where there is one reader, it comes out first. */
  readonly last: { token: NamedToken | undefined };
}

/** A token as it is known from outside: by what is printed on it, and, once it is on a roster, by its signing key. */
export type NamedToken = Pick<MemberToken, 'serial' | 'model'> & Partial<Pick<MemberToken, 'signingSpki'>>;

/** Somebody with tokens, on a roster or about to be. */
export interface Holder<K extends NamedToken> {
  readonly seat: string;
  readonly tokens: readonly K[];
}

/** Somebody's token where it was found, before any PIN. */
export interface FoundCard<K> {
  readonly client: TokenProcess;
  readonly token: K;
  /** How its token process is told which one is meant. */
  readonly name: TokenName;
  /** What it says of the PIN tries that are left, in words. */
  readonly tries: string;
}

/**
 * The holder's token, told from others by the signing key that the roster pins. A serial only says where to look: cards
 * may repeat theirs, or have none. Where a token shows no key before a login, a serial that no other has must do. Where it is not in a reader, its holder is asked to insert it, told whose token is there
 * instead, and waited for: the search goes on by itself once it is in.
 * @throws CeremonyError TOKEN_MISSING when nobody can insert it or people give up; AUTHORIZATION_TOKEN,
 *   TOKEN_UNEXPECTED, PIN_LOCKED for one that is there and cannot be used; what the module refuses
 */
export async function findCard<K extends NamedToken>(search: CardSearch, holder: Holder<K>): Promise<FoundCard<K>> {
  const first = await look(search, holder);
  if ('done' in first) return first.done;
  // What stood before may not have noticed which tokens came and went: only a new process has the last word.
  const again = await look(search, holder);
  if ('trouble' in again) throw again.trouble;
  if ('done' in again) return again.done;
  let failed = false;
  const found = await search.terminal.waitFor<FoundCard<K>>(async () => {
    const seen = await look(search, holder);
    if ('done' in seen) return seen;
    // A card that is pulled or put in under the very look makes it fail; the next one decides.
    if ('trouble' in seen && failed) throw seen.trouble;
    failed = 'trouble' in seen;
    return { rows: askFor(holder, 'trouble' in seen ? [] : seen.present, search.roster(), search.last.token) };
  });
  if (!found) throw missing(holder);
  return found;
}

type Seen<K> =
  | { readonly done: FoundCard<K> }
  | { readonly present: readonly SeenToken[] }
  | { readonly trouble: CeremonyError };

/** A process that has not shown the token is ended: some modules notice only when they are loaded which are there. */
async function look<K extends NamedToken>({ reach, authorization }: CardSearch, holder: Holder<K>): Promise<Seen<K>> {
  const client = await reach();
  let present: readonly SeenToken[];
  try {
    present = await seenBy(client, holder);
  } catch (error) {
    await client.stop();
    if (!isTrouble(error)) throw error;
    return { trouble: error };
  }
  const found = usable(present, authorization, holder);
  if (found) return { done: { client, ...found } };
  await client.stop();
  return { present };
}

/** What is in the readers; of tokens that have the serial of one of the holder's, also the keys that they show. */
async function seenBy(client: TokenProcess, holder: Holder<NamedToken>): Promise<SeenToken[]> {
  const present = (await client.tokens()).filter(({ initialized }) => initialized);
  const serials = new Set(holder.tokens.map(({ serial }) => serial));
  const seen: SeenToken[] = present
    .filter(({ serial }) => !serials.has(serial))
    .map((facts) => ({ facts, keys: null }));
  for (const serial of serials)
    if (present.some((token) => token.serial === serial)) seen.push(...(await client.tokensOf(serial)));
  return seen;
}

/** @returns undefined when none of the holder's tokens is present */
function usable<K extends NamedToken>(
  present: readonly SeenToken[],
  authorization: Authorization,
  holder: Holder<K>,
): Omit<FoundCard<K>, 'client'> | undefined {
  for (const token of holder.tokens) {
    const found = meantBy(token, present, holder.seat);
    if (!found) continue;
    const { facts, name } = found;
    const called = `the token ${serialShown(token.serial)} of "${holder.seat}"`;
    if (!authorization.tokens.some((named) => named.serial === token.serial && named.model === token.model))
      throw new CeremonyError('AUTHORIZATION_TOKEN', `${called} is not named in the authorization`);
    if (facts.model !== token.model)
      throw new CeremonyError(
        'TOKEN_UNEXPECTED',
        `${called} is of model "${facts.model}"; the roster names "${token.model}"`,
      );
    holdToMode(authorization.mode, facts, called);
    if (facts.userPinLocked)
      throw new CeremonyError('PIN_LOCKED', 'the token says so itself, and no PIN was asked for');
    return { token, name, tries: triesOf(facts) };
  }
  return undefined;
}

/**
 * The one of these that is that token.
 * @throws CeremonyError TOKEN_MISSING where nothing tells which one it is; TOKEN_UNEXPECTED for one with its serial and
 *   other keys
 */
function meantBy(
  token: NamedToken,
  present: readonly SeenToken[],
  seat: string,
): { facts: TokenFacts; name: TokenName } | undefined {
  const { serial, signingSpki } = token;
  const alike = present.filter(({ facts }) => facts.serial === serial);
  const withKey = alike.filter(({ keys }) => signingSpki !== undefined && keys?.includes(signingSpki));
  const silent = alike.filter(({ keys }) => signingSpki === undefined || keys?.length === 0);
  // Where a serial is none, a token that does not show the key is somebody else's.
  const candidates = withKey.length > 0 ? withKey : serial === '' && signingSpki !== undefined ? [] : silent;
  const [only] = candidates;
  if (only === undefined) {
    if (serial === '' || alike.length !== 1) return undefined;
    throw new CeremonyError(
      'TOKEN_UNEXPECTED',
      `the token ${serial} of "${seat}" shows other keys than the one by which it is known`,
      { hint: 'no PIN was asked for; find out who has given it new keys, or which token this is' },
    );
  }
  if (candidates.length > 1)
    throw new CeremonyError(
      'TOKEN_MISSING',
      `${candidates.length} tokens ${serial === '' ? 'without a serial' : `with serial ${serial}`} are present`,
      { hint: 'nothing tells which of them is meant: take all but the right one out' },
    );
  if (serial !== '' && alike.length === 1) return { facts: only.facts, name: { serial } };
  if (signingSpki !== undefined && withKey.length === 1) return { facts: only.facts, name: { key: signingSpki } };
  throw new CeremonyError(
    'TOKEN_UNEXPECTED',
    `the token ${serialShown(serial)} of "${seat}" shows no key before a login: nothing tells whose it is`,
    { hint: 'no PIN was asked for; take all others out, or another token' },
  );
}

function missing(holder: Holder<NamedToken>): CeremonyError {
  return new CeremonyError('TOKEN_MISSING', `the token of "${holder.seat}" (${serialsOf(holder)}) is not present`, {
    hint: 'insert it and present again',
  });
}
