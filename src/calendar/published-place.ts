import { normalHttpUrl } from '../base/http-url.ts';
import { type CrlScope, scopeKey, scopeWords } from '../x509/crl-scope.ts';
import type { PublishedCheck, Report } from './check-published.ts';
import type { PublishedFile } from './published-file.ts';

/*
 * Where a CRL lies. Under the URL of another it is sound by itself. Of two partitions some relying parties take the one for the other: what
 * that lists is good then. And nobody finds a delta CRL elsewhere than where the complete one says (RFC 5280 §5.2.6).
 */

type Place = Pick<PublishedFile, 'name' | 'url'>;

/** What a CRL is: of what, and complete or not. */
export interface CrlKind {
  readonly scope: CrlScope | undefined;
  readonly delta: boolean;
}

/** A URL at which relying parties look for a CRL of one CA. */
export interface CrlPlace extends CrlKind {
  readonly url: string;
}

/**
 * @param places at which those of its CA are looked for
 * @returns whether it could be held to a place: else nobody said where it lay
 */
export function holdToPlace(own: CrlKind, { name, url }: Place, places: readonly CrlPlace[], report: Report): boolean {
  const mine = places.filter((one) => isOf(one, own)).map((one) => one.url);
  const others = places.filter((one) => !isOf(one, own) && !mine.some((there) => isSame(one.url, there)));
  const at = (is: (there: string) => boolean) => others.find((one) => is(one.url));
  if (url !== undefined) {
    if (mine.some((there) => isSame(there, url))) return true;
    const other = at((there) => isSame(there, url));
    if (mine.length > 0 || other)
      report(
        checkOf(own, other),
        `${words(own, mine)}, and was fetched from ${url}: expected the ${other?.delta ? 'delta ' : ''}CRL of that URL, which others look at there`,
      );
    return true;
  }
  if (mine.some((there) => lastSegment(there) === name)) return true;
  const other = at((there) => lastSegment(there) === name);
  if (other)
    report(
      checkOf(own, other),
      `${words(own, mine)}, and has the name of the ${other.delta ? 'delta ' : ''}CRL of ${other.url}: expected that one`,
    );
  return mine.length === 0 || other !== undefined;
}

function checkOf(own: CrlKind, other: CrlKind | undefined): PublishedCheck {
  return own.delta || other?.delta ? 'PUBLISHED-DELTA' : 'PUBLISHED-PARTITION';
}

function words({ scope, delta }: CrlKind, mine: readonly string[]): string {
  if (!delta && scope === undefined) return 'it is a complete CRL';
  if (!delta) return scope?.uri === undefined ? 'it is of no URL' : `it is of the partition ${scope.uri}`;
  const of = scope === undefined ? '' : ` of the partition ${scopeWords(scope)}`;
  return `it is a delta CRL${of}, ${mine.length === 0 ? 'and no complete one says where it lies' : `which lies at ${mine.join(' and ')} by the newest complete one`}`;
}

function isOf(one: CrlKind, other: CrlKind): boolean {
  return one.delta === other.delta && scopeKey(one.scope) === scopeKey(other.scope);
}

function isSame(uri: string, url: string): boolean {
  return (normalHttpUrl(uri) ?? uri) === (normalHttpUrl(url) ?? url);
}

/** The name under which a tool that fetches writes it. Empty where the URL has none. */
export function lastSegment(url: string): string {
  return new URL(url).pathname.split('/').at(-1) ?? '';
}
