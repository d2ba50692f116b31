import { normalHttpUrl } from '../base/http-url.ts';
import type { LedgerCrl } from '../ledger/ledger.ts';
import type { CrlScope } from '../x509/crl-scope.ts';
import type { Report } from './check-published.ts';
import type { PublishedFile } from './published-file.ts';

/*
 * Where a CRL of a partition lies. Under the URL of another it is sound by itself, and some relying parties take it for the CRL of that one:
 * what that lists is good then.
 */

type Place = Pick<PublishedFile, 'name' | 'url'>;

/**
 * @param scope what the CRL is of
 * @param crls those that the ledger has of its CA
 * @returns whether it could be held to a place: else nobody said where it lay
 */
export function holdToPlace(
  scope: CrlScope | undefined,
  { name, url }: Place,
  crls: readonly Pick<LedgerCrl, 'scope'>[],
  report: Report,
): boolean {
  const own = scope?.uri;
  const others = [...new Set(crls.flatMap((one) => one.scope?.uri ?? []))].filter((uri) => uri !== own);
  const is = own === undefined ? 'it is of no URL' : `it is of the partition ${own}`;
  if (url !== undefined) {
    if (own !== undefined && isSame(own, url)) return true;
    if (own !== undefined || others.some((uri) => isSame(uri, url)))
      report(
        'PUBLISHED-PARTITION',
        `${is}, and was fetched from ${url}: expected the CRL of that URL, which others look at there`,
      );
    return true;
  }
  if (own !== undefined && name === lastSegment(own)) return true;
  const other = others.find((uri) => lastSegment(uri) === name);
  if (other !== undefined)
    report('PUBLISHED-PARTITION', `${is}, and has the name of the CRL of ${other}: expected that one`);
  return own === undefined || other !== undefined;
}

function isSame(uri: string, url: string): boolean {
  return (normalHttpUrl(uri) ?? uri) === (normalHttpUrl(url) ?? url);
}

/** The name under which a tool that fetches writes it. Empty where the URL has none. */
export function lastSegment(url: string): string {
  return new URL(url).pathname.split('/').at(-1) ?? '';
}
