import type { Sha256 } from '../base/digest.ts';
import { type CrlScope, scopeKey } from '../x509/crl-scope.ts';
import type { Ledger, LedgerCrl } from './ledger.ts';

/*
 * What a pack carries of the packs before it, so that it can be read alone: the certificates of the CA, and of each
 * issuer, and of each of its partitions, the newest CRL, and the delta CRL that is published beside it. They are named by their digest: the same name comes again each year.
 */

/** The ledger of the pack before, as it lies in the pack that follows. */
export const PREVIOUS_LEDGER = 'previous/ledger.json';

export const previousCertificatePath = (sha256: Sha256): string => `previous/certificates/${sha256}.crt`;
export const isCarriedCertificate = (path: string): boolean => path.startsWith('previous/certificates/');
export const previousCrlPath = (sha256: Sha256): string => `previous/crls/${sha256}.crl`;

/** A file of an earlier ceremony. */
export interface CarriedFile {
  /** Where it lies in a pack that follows. */
  readonly path: string;
  readonly sha256: Sha256;
  /** Where it lies in the pack of the ceremony that made it. */
  readonly made: string;
}

/** What the pack that follows a ledger carries, each file once; sorted by path. */
export function carriedFiles({ certificates, crls }: Pick<Ledger, 'certificates' | 'crls'>): readonly CarriedFile[] {
  const newest = sequencesOf(crls).flatMap((own) =>
    [newestCrl(own), currentDelta(own)].filter((crl) => crl !== undefined),
  );
  const files = [
    ...certificates.map(({ sha256, path }) => ({ path: previousCertificatePath(sha256), sha256, made: path })),
    ...newest.map(({ sha256, path }) => ({ path: previousCrlPath(sha256), sha256, made: path })),
  ];
  return [...new Map(files.map((file) => [file.path, file])).values()].sort((one, other) =>
    one.path < other.path ? -1 : 1,
  );
}

/** CRLs of one issuer and one scope, each with its own numbers (RFC 5280 §5.2.3). */
export function sequencesOf(crls: readonly LedgerCrl[]): readonly (readonly LedgerCrl[])[] {
  return [...Map.groupBy(crls, ({ issuer, scope }) => `${issuer}\n${scopeKey(scope)}`).values()];
}

/** Those of one scope. Of CRLs of one issuer. */
export function ofScope(crls: readonly LedgerCrl[], scope: CrlScope | undefined): readonly LedgerCrl[] {
  return crls.filter((one) => scopeKey(one.scope) === scopeKey(scope));
}

/**
 * Scopes of the CRLs that a ledger has of a key, each once; undefined is that of complete ones.
 * @param key SHA-256 of its SubjectPublicKeyInfo
 */
export function scopesOfKey(
  { keys, crls }: Pick<Ledger, 'keys' | 'crls'>,
  key: Sha256,
): readonly (CrlScope | undefined)[] {
  const names = new Set(keys.flatMap(({ name, spkiSha256 }) => (spkiSha256 === key ? [name] : [])));
  const own = crls.filter(({ issuer }) => names.has(issuer));
  return [...new Map(own.map(({ scope }) => [scopeKey(scope), scope])).values()];
}

/** The newest complete one, by its number: it only rises (RFC 5280 §5.2.3). Of CRLs of one issuer and scope. */
export function newestCrl(crls: readonly LedgerCrl[]): LedgerCrl | undefined {
  return highest(crls.filter(({ base }) => base === undefined));
}

/** The delta CRL that is published beside the newest complete one: of its number, or a higher one. Of CRLs of one issuer and scope. */
export function currentDelta(crls: readonly LedgerCrl[]): LedgerCrl | undefined {
  const [complete, delta] = [newestCrl(crls), highest(crls.filter(({ base }) => base !== undefined))];
  return complete && delta && BigInt(delta.number) >= BigInt(complete.number) ? delta : undefined;
}

/** The delta CRL that says more than the newest complete one: what is revoked, both say together. Of CRLs of one issuer and scope. */
export function deltaSince(crls: readonly LedgerCrl[]): LedgerCrl | undefined {
  const [complete, delta] = [newestCrl(crls), currentDelta(crls)];
  return complete && delta && BigInt(delta.number) > BigInt(complete.number) ? delta : undefined;
}

function highest(crls: readonly LedgerCrl[]): LedgerCrl | undefined {
  return crls.reduce<LedgerCrl | undefined>(
    (last, crl) => (last === undefined || BigInt(crl.number) > BigInt(last.number) ? crl : last),
    undefined,
  );
}
