import type { Roster } from '../quorum/roster.ts';
import { serialShown } from '../quorum/serial.ts';
import type { TokenFacts } from '../token/client.ts';
import type { Holder, NamedToken } from './card-search.ts';

/** A token in a reader. `keys`: the SHA-256 of those that it shows before a login; null where nobody looked. */
export interface SeenToken {
  readonly facts: TokenFacts;
  readonly keys: readonly string[] | null;
}

/** More tokens than these are counted, not named: the rows are drawn anew at each look. */
const SOME = 3;

/** What a holder reads whose token is not there: whose are there instead. */
export function askFor(
  holder: Holder<NamedToken>,
  present: readonly SeenToken[],
  roster: Roster,
  last: NamedToken | undefined,
): string[] {
  const others = present.map((token) => whose(token, roster, last));
  // The one that is to come out is named first, and always.
  others.sort((one, other) => Number(other.isLast) - Number(one.isLast));
  const rows = others.slice(0, SOME).map(({ text }) => text);
  const more = others.length - rows.length;
  return [
    `${holder.seat}, insert your quorum token (${serialsOf(holder)}).`,
    ...rows,
    ...(more > 0 ? [`In readers besides: ${more} more.`] : []),
  ];
}

export function serialsOf(holder: Holder<NamedToken>): string {
  const serials = [...new Set(holder.tokens.map(({ serial }) => serial))];
  if (serials.length === 0) return 'none enrolled';
  return serials.map((serial) => (serial === '' ? 'it has no serial' : `serial ${serial}`)).join(' or ');
}

function whose(token: SeenToken, roster: Roster, last: NamedToken | undefined): { text: string; isLast: boolean } {
  const owners = roster.members.filter(({ tokens }) => tokens.some((one) => isThat(token, one)));
  const isLast = last !== undefined && isThat(token, last);
  const there = `In a reader: token ${serialShown(token.facts.serial)}.`;
  const owner = owners.length === 1 ? owners[0]?.seat : undefined;
  if (isLast) return { text: `${there} Take it out first${owner === undefined ? '' : `, ${owner}`}.`, isLast };
  if (owners.length > 1) return { text: `${there} It is on the roster; its serial is not one person's alone.`, isLast };
  return {
    text: `${there} ${owner === undefined ? 'It is not on the roster.' : `This is the token of ${owner}.`}`,
    isLast,
  };
}

/** By its keys where they are known on both sides, else by its serial. */
function isThat({ facts, keys }: SeenToken, { serial, signingSpki }: NamedToken): boolean {
  if (facts.serial !== serial) return false;
  return keys === null || keys.length === 0 || signingSpki === undefined || keys.includes(signingSpki);
}
