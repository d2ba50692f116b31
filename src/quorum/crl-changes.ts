import { cRLNumber, invalidityDate, reasonCode } from '../x509/crl-extensions.ts';
import type { CertificateList, RevokedEntry, TbsCertList } from '../x509/model.ts';

/*
 * What a CRL that is to be signed changes of the one before it: found in the bytes of both, and in nothing that is said of them.
 */

export interface CrlChanges {
  /** Number of the one before; undefined where it has none. */
  readonly follows: bigint | undefined;
  readonly number: bigint | undefined;
  /** How many entries are as they were. */
  readonly kept: number;
  readonly added: readonly RevokedEntry[];
  /** Those that are not there any more. */
  readonly removed: readonly RevokedEntry[];
  /** Those that say something else than before: as they are now. */
  readonly changed: readonly RevokedEntry[];
  /** The first one where the one before has another: what is kept stands first, in its order. */
  readonly moved: RevokedEntry | undefined;
}

/** @param previous undefined for a first CRL: all that it lists is new */
export function crlChanges(
  next: Pick<TbsCertList, 'revoked' | 'extensions'>,
  previous: CertificateList | undefined,
): CrlChanges {
  const before = new Map(Array.from(previous?.revoked ?? [], (entry) => [entry.serial, said(entry)]));
  const added: RevokedEntry[] = [];
  const changed: RevokedEntry[] = [];
  const there = new Set<string>();
  const order = [...before.keys()];
  let moved: RevokedEntry | undefined;
  let kept = 0;
  let at = 0;
  for (const entry of next.revoked) {
    there.add(entry.serial);
    if (at < order.length && order[at] !== entry.serial) moved ??= entry;
    at++;
    const was = before.get(entry.serial);
    if (was === undefined) added.push(entry);
    else if (was === said(entry)) kept++;
    else changed.push(entry);
  }
  const removed: RevokedEntry[] = [];
  for (const entry of previous?.revoked ?? []) if (!there.has(entry.serial)) removed.push(entry);
  return {
    ...{ follows: previous && cRLNumber(previous.extensions), number: cRLNumber(next.extensions) },
    ...{ kept, added, removed, changed, moved },
  };
}

/** All that an entry says: its date, and each extension byte for byte. */
function said({ at, extensions }: RevokedEntry): string {
  return [
    at.at,
    ...extensions.map(({ oid, critical, value }) => `${oid} ${critical} ${Buffer.from(value).toString('hex')}`),
  ].join();
}

/** Of each kind so many are shown, one by one. */
const SHOWN = 500;

/** What officers read below the document itself: counts first, then the entries. Undefined `previous`: it is a first CRL. */
export function crlChangeLines(next: TbsCertList, previous: CertificateList | undefined): string[] {
  const { follows, kept, added, removed, changed } = crlChanges(next, previous);
  return [
    previous ? `follows     CRL ${follows ?? 'without a number'}` : 'follows     none: it is the first CRL of this key',
    `entries     ${kept} kept, ${added.length} ADDED, ${removed.length === 0 ? 'none' : removed.length} removed${changed.length === 0 ? '' : `, ${changed.length} CHANGED`}`,
    ...listed('ADDED', added),
    ...listed('REMOVED', removed),
    ...listed('CHANGED', changed),
  ];
}

function listed(what: string, entries: readonly RevokedEntry[]): string[] {
  const more = entries.length - SHOWN;
  return [
    ...entries.slice(0, SHOWN).flatMap((entry) => [`${what.padEnd(12)}${entry.serial}`, `            ${words(entry)}`]),
    ...(more > 0 ? [`            and ${more} MORE THAT ARE NOT SHOWN: the digest of the list covers them`] : []),
  ];
}

function words({ at, extensions }: RevokedEntry): string {
  const since = invalidityDate(extensions);
  return `${at.at}, ${reasonCode(extensions) ?? 'no reason'}${since === undefined ? '' : `, invalid since ${since.at}`}`;
}
