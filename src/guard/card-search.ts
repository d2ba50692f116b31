import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { MemberToken, Roster } from '../quorum/roster.ts';
import { holdToMode } from '../quorum/software-token.ts';
import type { TokenFacts, TokenProcess } from '../token/client.ts';
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
  readonly last: { serial: string | undefined };
}

/** A token as it is known from outside: by what is printed on it. */
export type NamedToken = Pick<MemberToken, 'serial' | 'model'>;

/** Somebody with tokens, on a roster or about to be. */
export interface Holder<K extends NamedToken> {
  readonly seat: string;
  readonly tokens: readonly K[];
}

/** Somebody's token where it was found, before any PIN. */
export interface FoundCard<K> {
  readonly client: TokenProcess;
  readonly token: K;
  /** What it says of the PIN tries that are left, in words. */
  readonly tries: string;
}

/** More tokens than these are counted, not named: the rows are drawn anew at each look. */
const SOME = 3;

/**
 * The holder's token. Where it is not in a reader, its holder is asked to insert it, told whose token is there
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
    return { rows: askFor(holder, 'trouble' in seen ? [] : seen.present, search) };
  });
  if (!found) throw missing(holder);
  return found;
}

type Seen<K> =
  | { readonly done: FoundCard<K> }
  | { readonly present: readonly TokenFacts[] }
  | { readonly trouble: CeremonyError };

/** A process that has not shown the token is ended: some modules notice only when they are loaded which are there. */
async function look<K extends NamedToken>({ reach, authorization }: CardSearch, holder: Holder<K>): Promise<Seen<K>> {
  const client = await reach();
  let present: readonly TokenFacts[];
  try {
    present = await client.tokens();
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

/** @returns undefined when none of the holder's tokens is present */
function usable<K extends NamedToken>(
  present: readonly TokenFacts[],
  authorization: Authorization,
  holder: Holder<K>,
): Omit<FoundCard<K>, 'client'> | undefined {
  for (const token of holder.tokens) {
    const found = present.filter((candidate) => candidate.serial === token.serial);
    if (found.length === 0) continue;
    if (found.length > 1)
      throw new CeremonyError('TOKEN_MISSING', `${found.length} tokens with serial ${token.serial} are present`);
    if (!authorization.tokens.some((named) => named.serial === token.serial && named.model === token.model)) {
      throw new CeremonyError(
        'AUTHORIZATION_TOKEN',
        `the token ${token.serial} of "${holder.seat}" is not named in the authorization`,
      );
    }
    const [facts] = found;
    if (facts?.model !== token.model) {
      throw new CeremonyError(
        'TOKEN_UNEXPECTED',
        `the token ${token.serial} of "${holder.seat}" is of model "${facts?.model}"; the roster names "${token.model}"`,
      );
    }
    holdToMode(authorization.mode, facts, `the token ${token.serial} of "${holder.seat}"`);
    if (facts.userPinLocked)
      throw new CeremonyError('PIN_LOCKED', 'the token says so itself, and no PIN was asked for');
    return { token, tries: triesOf(facts) };
  }
  return undefined;
}

function askFor(holder: Holder<NamedToken>, present: readonly TokenFacts[], { roster, last }: CardSearch): string[] {
  const others = present.filter((token) => token.initialized).map((token) => whose(token, roster(), last.serial));
  // The one that is to come out is named first, and always.
  others.sort((one, other) => Number(other.isLast) - Number(one.isLast));
  const rows = others.slice(0, SOME).map(({ text }) => text);
  const more = others.length - rows.length;
  return [
    `${holder.seat}, insert your quorum token (serial ${serials(holder)}).`,
    ...rows,
    ...(more > 0 ? [`In readers besides: ${more} more.`] : []),
  ];
}

function whose(token: TokenFacts, roster: Roster, before: string | undefined): { text: string; isLast: boolean } {
  const { serial } = token;
  const owner = roster.members.find((member) => member.tokens.some((one) => one.serial === serial))?.seat;
  const isLast = serial === before;
  const there = `In a reader: token ${escapeForeign(serial)}.`;
  if (isLast) return { text: `${there} Take it out first${owner === undefined ? '' : `, ${owner}`}.`, isLast };
  return {
    text: `${there} ${owner === undefined ? 'It is not on the roster.' : `This is the token of ${owner}.`}`,
    isLast,
  };
}

function missing(holder: Holder<NamedToken>): CeremonyError {
  return new CeremonyError(
    'TOKEN_MISSING',
    `the token of "${holder.seat}" (serial ${serials(holder)}) is not present`,
    {
      hint: 'insert it and present again',
    },
  );
}

function serials(holder: Holder<NamedToken>): string {
  return holder.tokens.map((token) => token.serial).join(' or ') || 'none enrolled';
}
