import { CeremonyError } from '../base/errors.ts';
import { issuingDistributionPoint } from '../x509/crl-extensions.ts';
import type { CrlScope } from '../x509/crl-scope.ts';
import type { Certificate, CertificateList } from '../x509/model.ts';
import { partitionFault } from './partitions.ts';

/*
 * The CRL of a CA that is adopted goes on as one of all that the CA has issued. One with an issuing distribution point may be a part of
 * that: then the next one, which says that it is complete, would leave out what the other parts list (RFC 5280 §5.2.5).
 */

/** An issuing distribution point, as another CA's program may write it: with several URIs, or none that can be compared. */
interface Part {
  readonly words: string;
  /** A certificate is in the part where it is in one of them. */
  readonly scopes: readonly CrlScope[];
}

/** @throws CeremonyError DER_INVALID */
function partOf({ extensions }: Pick<CertificateList, 'extensions'>): Part | undefined {
  const point = issuingDistributionPoint(extensions);
  if (!point) return undefined;
  const only = point.onlyContainsCACerts ? ({ only: 'ca' } as const) : {};
  const uris = (point.fullName ?? []).flatMap(({ kind, value }) =>
    kind === 'uniformResourceIdentifier' ? [value] : [],
  );
  const names = uris.map((uri) => JSON.stringify(uri));
  if (uris.length === 0 && (point.fullName ?? point.relativeName) !== undefined) names.push('a name that is no URI');
  return {
    words: [names.join(' or '), ...(point.onlyContainsCACerts ? ['CA certificates alone'] : [])]
      .filter((one) => one !== '')
      .join(', '),
    scopes: uris.length === 0 ? [only] : uris.map((uri) => ({ uri, ...only })),
  };
}

/**
 * Holds the CRL of a CA that is adopted to all that the CA has issued.
 * @param names of the CRL and of the list, as the script calls them
 * @param issued what the CA has issued, as far as it came in
 * @param isSaidWhole whether the script says that a CRL with an issuing distribution point lists all that its CA has revoked
 * @returns of what it says that it is, in words; undefined for one that says nothing
 * @throws CeremonyError CRL_UNFIT, DER_INVALID
 */
export function adoptedScope(
  crl: CertificateList,
  names: { readonly crl: string; readonly issued?: string },
  { spkiSha256, issued }: { readonly spkiSha256: string; readonly issued: readonly Certificate[] },
  isSaidWhole: boolean,
): string | undefined {
  const part = partOf(crl);
  if (!part) return undefined;
  for (const [index, certificate] of issued.entries()) {
    // No CRL has to list what has ended before it (RFC 5280 §3.3).
    if (certificate.notAfter.at < crl.thisUpdate.at) continue;
    const [fault, ...others] = part.scopes.map((scope) => partitionFault([scope], certificate, spkiSha256));
    if (fault !== undefined && others.every((one) => one !== undefined))
      throw new CeremonyError(
        'CRL_UNFIT',
        `"${names.crl}" is a CRL of ${part.words}, and certificate ${index + 1} of "${names.issued ?? ''}", serial ${certificate.serial.hex}, is in another part: ${fault}`,
        {
          hint: 'nothing is adopted: have the CA sign one complete CRL, without an issuing distribution point, and bring that',
        },
      );
  }
  if (!isSaidWhole)
    throw new CeremonyError(
      'CRL_UNFIT',
      `"${names.crl}" says by its issuing distribution point that it is of ${part.words}, and nothing here shows that no other CRL lists the rest of what its CA has revoked`,
      {
        hint: 'have the CA sign one without an issuing distribution point; or, where it is the only CRL of the CA and lists all, write "crl-lists: all" in the step, by which the authorization says so',
      },
    );
  return part.words;
}
