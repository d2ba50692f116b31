import { cRLNumber, invalidityDate, reasonCode } from '../x509/crl-extensions.ts';
import { scopeOf } from '../x509/crl-scope.ts';
import type { CertificateList, RevokedEntries, RevokedEntry, TbsCertList } from '../x509/model.ts';
import { beginsWith } from '../x509/revoked-entries.ts';
import { addedListLines } from './added-list.ts';

/*
 * What a CRL that is to be signed changes of the one before it: found in the bytes of both, and in nothing that is said of them.
 */

export interface CrlChanges {
  /** Number of the one before; undefined where it has none. */
  readonly follows: bigint | undefined;
  readonly number: bigint | undefined;
  /** How many entries are as they were. */
  readonly kept: number;
  readonly added: SomeEntries;
  /** Those that are not there any more. */
  readonly removed: SomeEntries;
  /** Those that say something else than before: as they are now. */
  readonly changed: SomeEntries;
  /** The first one where the one before has another: what is kept stands first, in its order. */
  readonly moved: RevokedEntry | undefined;
}

/** Entries of one kind: how many, and of these as many as anybody is shown. */
export interface SomeEntries {
  readonly count: number;
  readonly first: readonly RevokedEntry[];
}

/** Of each kind so many are shown on a screen, one by one: nobody reads more of them before approving. */
const SHOWN = 500;

class Counted implements SomeEntries {
  count = 0;
  readonly first: RevokedEntry[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(entry: RevokedEntry): void {
    if (this.count++ < this.#most) this.first.push(entry);
  }
}

/**
 * Both are read in order, entry by entry, and none of a million is kept.
 * @param previous undefined for a first CRL: all that it lists is new
 * @param most of each kind so many are kept one by one
 */
export function crlChanges(
  next: Pick<TbsCertList, 'revoked' | 'extensions'>,
  previous: CertificateList | undefined,
  most = SHOWN,
): CrlChanges {
  const numbers = { follows: previous && cRLNumber(previous.extensions), number: cRLNumber(next.extensions) };
  const before = previous?.revoked;
  if (before && !beginsWith(next.revoked, before)) return { ...numbers, ...differences(next.revoked, before, most) };
  const kept = before?.count ?? 0;
  const added = new Counted(most);
  let at = 0;
  for (const entry of next.revoked) if (at++ >= kept) added.add(entry);
  return { ...numbers, ...{ kept, added, removed: NONE, changed: NONE, moved: undefined } };
}

const NONE: SomeEntries = { count: 0, first: [] };

/** What differs where more does than that something was added: each entry is looked for in the other CRL. */
function differences(
  next: RevokedEntries,
  before: RevokedEntries,
  most: number,
): Omit<CrlChanges, 'follows' | 'number'> {
  const [added, removed, changed] = [new Counted(most), new Counted(most), new Counted(most)];
  const inOrder = firsts(before);
  let moved: RevokedEntry | undefined;
  let kept = 0;
  for (const entry of next) {
    const { serial } = entry;
    const here = inOrder.next().value;
    const isHere = here?.serial === serial;
    if (here && !isHere) moved ??= entry;
    const was = isHere ? here : before.find(serial);
    if (was === undefined) added.add(entry);
    else if (said(was) === said(entry)) kept++;
    else changed.add(entry);
  }
  for (const entry of before) if (next.find(entry.serial) === undefined) removed.add(entry);
  return { kept, added, removed, changed, moved };
}

/** Each certificate once, though a CRL of another program may list it again. */
function* firsts(entries: RevokedEntries): Generator<RevokedEntry, undefined> {
  const again = new Set(entries.repeated());
  const seen = new Set<string>();
  for (const entry of entries) {
    if (again.size > 0 && again.has(entry.serial)) {
      if (seen.has(entry.serial)) continue;
      seen.add(entry.serial);
    }
    yield entry;
  }
  return undefined;
}

/** All that an entry says: its date, and each extension byte for byte. */
function said({ at, extensions }: RevokedEntry): string {
  return [
    at.at,
    ...extensions.map(({ oid, critical, value }) => `${oid} ${critical} ${Buffer.from(value).toString('hex')}`),
  ].join();
}

/** What officers read below the document itself: counts first, then the entries. Undefined `previous`: it is a first CRL. */
export function crlChangeLines(next: TbsCertList, previous: CertificateList | undefined): string[] {
  const { follows, kept, added, removed, changed } = crlChanges(next, previous);
  return [
    previous
      ? `follows     CRL ${follows ?? 'without a number'}`
      : `follows     none: it is the first CRL of this key${scopeOf(next) === undefined ? '' : ' and partition'}`,
    `entries     ${kept} kept, ${added.count} ADDED, ${removed.count === 0 ? 'none' : removed.count} removed${changed.count === 0 ? '' : `, ${changed.count} CHANGED`}`,
    ...listed('ADDED', added),
    ...listed('REMOVED', removed),
    ...listed('CHANGED', changed),
    ...addedListLines(entriesAdded(next, previous)),
  ];
}

/** Each entry of which the one before says nothing, in its order. */
function* entriesAdded(
  next: Pick<TbsCertList, 'revoked'>,
  previous: CertificateList | undefined,
): Generator<RevokedEntry> {
  const before = previous?.revoked;
  const kept = before && beginsWith(next.revoked, before) ? before.count : undefined;
  let at = 0;
  for (const entry of next.revoked) {
    const isKept = kept === undefined ? before?.find(entry.serial) !== undefined : at < kept;
    at++;
    if (!isKept) yield entry;
  }
}

function listed(what: string, { count, first }: SomeEntries): string[] {
  const more = count - first.length;
  return [
    ...first.flatMap((entry) => [`${what.padEnd(12)}${entry.serial}`, `            ${words(entry)}`]),
    ...(more > 0 ? [`            and ${more} MORE THAT ARE NOT SHOWN: the digest of the list covers them`] : []),
  ];
}

function words({ at, extensions }: RevokedEntry): string {
  const since = invalidityDate(extensions);
  return `${at.at}, ${reasonCode(extensions) ?? 'no reason'}${since === undefined ? '' : `, invalid since ${since.at}`}`;
}
