import { escapeForeign } from '../base/text.ts';
import { issuingDistributionPoint } from '../x509/crl-extensions.ts';
import { type CrlScope, scopeKey, scopeWords } from '../x509/crl-scope.ts';
import type { CertificateList, TbsCertList } from '../x509/model.ts';

/**
 * What officers read of a CRL of one part. Whoever signs a part for the whole takes all else for good; and whoever is not shown
 * that the same part has a CRL under another name takes a first one for granted.
 * @param known scopes of the CRLs of the same key, of earlier ceremonies and of this one; undefined where nobody knows
 */
export function partitionLines(scope: CrlScope, known: readonly (CrlScope | undefined)[] | undefined): string[] {
  const { uri, only } = scope;
  return [
    "PARTITION   it lists what is revoked of one part of the CA's certificates alone:",
    ...(uri === undefined ? [] : [`            those that name ${escapeForeign(uri)}`]),
    ...(only === undefined ? [] : [`            those ${only === 'ca' ? 'of CAs' : 'of no CA'}`]),
    ...(known === undefined ? [] : knownLines(scope, known)),
  ];
}

function knownLines(own: CrlScope, known: readonly (CrlScope | undefined)[]): string[] {
  const byKey = new Map(known.flatMap((one) => (one === undefined ? [] : [[scopeKey(one), one] as const])));
  byKey.delete(scopeKey(own));
  const others = [...byKey.values()];
  if (others.length === 0) return ['others      no other partition of this key has a CRL'];
  return [
    `others      ${others.length} other ${others.length === 1 ? 'partition' : 'partitions'} of this key ${others.length === 1 ? 'has' : 'have'} a CRL, and what is listed`,
    '            there this one need not list:',
    ...others.map((one) => `            ${escapeForeign(scopeWords(one))}`),
  ];
}

/** One that says that it is complete after one of a part has the CRL of every other part for nothing. */
export function wideningLines(next: Pick<TbsCertList, 'extensions'>, previous: CertificateList | null): string[] {
  const was = previous && issuingDistributionPoint(previous.extensions);
  if (!was || issuingDistributionPoint(next.extensions)) return [];
  const uris = (was.fullName ?? []).flatMap(({ kind, value }) => (kind === 'uniformResourceIdentifier' ? [value] : []));
  return [
    'WIDENS      what the CRL before it is of: that says it is of one part alone,',
    ...uris.map((uri) => `            those that name ${escapeForeign(uri)}`),
    ...(uris.length === 0 && (was.fullName ?? was.relativeName) ? ['            by a name that is no URI'] : []),
    ...(was.onlyContainsCACerts ? ['            those of CAs'] : []),
    '            This one says that it is of all. WHAT ANOTHER CRL OF THIS CA LISTS IS',
    '            GOOD AGAIN by it, unless it is listed here.',
  ];
}
