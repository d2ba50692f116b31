import { sha256 } from '../base/digest.ts';
import { isNormalHttpUrl, normalHttpUrl } from '../base/http-url.ts';
import { OID } from '../der/oid.ts';
import { type CrlExtensions, cRLDistributionPoints, issuingDistributionPoint } from './crl-extensions.ts';
import { basicConstraints, extKeyUsage, ocspNoCheck } from './extensions.ts';
import type { Certificate, TbsCertList } from './model.ts';

/*
 * Of which certificates of its CA a CRL is (RFC 5280 §5.2.5): of all, or of one partition of them. Numbers and entries go on from
 * one CRL to the next of the same CA and scope, and of no other (§5.2.3).
 */

/** A partition: by its distribution point, by the kind of certificate, or by both. A complete CRL has none. */
export interface CrlScope {
  /** The one URI of distributionPoint.fullName: certificates whose cRLDistributionPoints have it, byte for byte (§6.3.3 (b)(2)(i)). */
  readonly uri?: string;
  /** onlyContainsCACerts, onlyContainsUserCerts. */
  readonly only?: 'ca' | 'user';
}

type Of = Pick<TbsCertList, 'extensions'>;

/**
 * What speaks against the issuing distribution point of a CRL as that of a partition; empty where it has none, too.
 * @throws CeremonyError DER_INVALID
 */
export function scopeFaults({ extensions }: Of): readonly string[] {
  const point = issuingDistributionPoint(extensions);
  if (!point) return [];
  const { fullName, relativeName } = point;
  const isNamed = fullName !== undefined || relativeName !== undefined;
  const faults: readonly (readonly [isFault: boolean, text: string])[] = [
    [
      extensions.some(({ oid, critical }) => oid === OID.issuingDistributionPoint && !critical),
      'its issuing distribution point is not critical: it could be taken for a complete one',
    ],
    [
      point.onlySomeReasons !== undefined,
      'it is of some reasons only (onlySomeReasons): whether a certificate is revoked for another it does not say',
    ],
    [point.indirectCRL, 'it is of other CAs too (indirectCRL)'],
    [point.onlyContainsAttributeCerts, 'it is of attribute certificates (onlyContainsAttributeCerts)'],
    [
      point.onlyContainsCACerts && point.onlyContainsUserCerts,
      'it is of CA certificates alone and of user certificates alone at once',
    ],
    [
      isNamed && (fullName?.length !== 1 || fullName[0]?.kind !== 'uniformResourceIdentifier'),
      'its distribution point has another name than one URI',
    ],
    [
      !isNamed && !point.onlyContainsCACerts && !point.onlyContainsUserCerts,
      'its issuing distribution point says nothing',
    ],
  ];
  const [name] = fullName ?? [];
  return [
    ...faults.flatMap(([isFault, text]) => (isFault ? [text] : [])),
    ...(name?.kind === 'uniformResourceIdentifier' ? uriFaults(name.value) : []),
  ];
}

/** Who fetches takes two spellings for one URL, and who compares for two partitions (RFC 5280 §7.4). */
function uriFaults(uri: string): readonly string[] {
  if (isNormalHttpUrl(uri)) return [];
  const normal = normalHttpUrl(uri);
  return [
    `the URI of its distribution point is ${JSON.stringify(uri)}, expected ${normal === undefined || normal === uri ? 'an http URL in its normal form' : JSON.stringify(normal)}: a URL that is spelled in two ways would count as two partitions`,
  ];
}

/**
 * @param crl against whose scope nothing speaks
 * @returns undefined for a complete one
 * @throws CeremonyError DER_INVALID
 */
export function scopeOf({ extensions }: Of): CrlScope | undefined {
  const point = issuingDistributionPoint(extensions);
  if (!point) return undefined;
  const uri = point.fullName?.find(({ kind }) => kind === 'uniformResourceIdentifier')?.value;
  return {
    ...(uri === undefined ? {} : { uri }),
    ...(point.onlyContainsCACerts ? { only: 'ca' } : point.onlyContainsUserCerts ? { only: 'user' } : {}),
  };
}

/** The same of two CRLs of one CA exactly where one follows the other. Empty for a complete one. */
export function scopeKey(scope: CrlScope | undefined): string {
  return scope === undefined ? '' : `${scope.only ?? 'all'} ${scope.uri ?? ''}`;
}

/** `http://pki.example.com/root-a.crl, CA certificates alone` */
export function scopeWords({ uri, only }: CrlScope): string {
  const kind = only === undefined ? undefined : only === 'ca' ? 'CA certificates alone' : 'user certificates alone';
  return [uri, kind].filter((part) => part !== undefined).join(', ');
}

/** Whether a certificate with one distribution point can be in both: then one of them could leave out what the other lists. */
export function overlap(one: CrlScope | undefined, other: CrlScope | undefined): boolean {
  if (!one || !other) return true;
  if (one.uri !== undefined && other.uri !== undefined && !isSameUrl(one.uri, other.uri)) return false;
  return one.only === undefined || other.only === undefined || one.only === other.only;
}

/** An earlier CRL may spell it otherwise than it is written now. */
function isSameUrl(one: string, other: string): boolean {
  return one === other || (normalHttpUrl(one) ?? one) === (normalHttpUrl(other) ?? other);
}

/**
 * Why a certificate of the CA is not in that partition; undefined where it is.
 * @throws CeremonyError DER_INVALID
 */
export function outside({ uri, only }: CrlScope, { extensions }: Pick<Certificate, 'extensions'>): string | undefined {
  const isCa = basicConstraints(extensions)?.ca === true;
  if (only !== undefined && (only === 'ca') !== isCa)
    return `it is ${isCa ? 'a CA certificate' : 'no CA certificate'}, and the partition is of ${only === 'ca' ? 'CA' : 'user'} certificates alone`;
  const uris = pointsOf(extensions);
  if (uri === undefined || uris.includes(uri)) return undefined;
  const where = uris.length === 0 ? 'no CRL' : `the CRL ${uris.map((one) => `"${one}"`).join(' and ')}`;
  return `its cRLDistributionPoints name ${where}, not "${uri}"`;
}

/**
 * Whether nobody asks a CRL of its CA about a certificate: one that the CA signed for its own key, which no CRL of its own revokes; and
 * that of an OCSP responder which says so (RFC 6960 §4.2.2.2.1). The extension means nothing in another, and in that of a CA least.
 * @param issuer SHA-256 of the SubjectPublicKeyInfo of the CA
 * @throws CeremonyError DER_INVALID
 */
export function needsNoCrl(
  { spki, extensions }: Pick<Certificate, 'spki' | 'extensions'>,
  issuer: string | undefined,
): boolean {
  if (sha256(spki.der) === issuer) return true;
  const isResponder =
    basicConstraints(extensions)?.ca !== true && extKeyUsage(extensions)?.includes(OID.OCSPSigning) === true;
  return isResponder && ocspNoCheck(extensions) === true;
}

/** URIs under which a certificate says that a CRL of its own CA, for every reason, lies. */
function pointsOf(extensions: CrlExtensions): readonly string[] {
  return (cRLDistributionPoints(extensions) ?? []).flatMap(({ fullName, reasons, crlIssuer }) =>
    reasons === undefined && crlIssuer === undefined
      ? (fullName ?? []).flatMap(({ kind, value }) => (kind === 'uniformResourceIdentifier' ? [value] : []))
      : [],
  );
}
