import { escapeForeign } from '../base/text.ts';
import { type CrlScope, scopeKey, scopeWords } from '../x509/crl-scope.ts';

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
