import { createHash } from 'node:crypto';
import { hexGroups, type Sha256 } from '../base/digest.ts';
import { wordRows } from '../base/words.ts';
import { invalidityDate, reasonCode } from '../x509/crl-extensions.ts';
import type { RevokedEntry } from '../x509/model.ts';

/*
 * What a CRL adds, in so few lines that it can be held to the decision on paper: nobody reads twenty thousand entries before approving. Its
 * digest is that of a file, so that another computer can say which: the list of what is to be revoked, as people wrote it.
 */

/** First line of such a list (docs/formats/script.md); each line ends with LF. */
const HEAD = 'serialNumber,revocationDate,reasonCode,invalidityDate\n';

/** Of one entry there is nothing to sum up: it is read itself. */
const FEW = 1;

export interface AddedList {
  readonly count: number;
  /** Reason → how many, the most frequent at the head; `none` where an entry says none. */
  readonly reasons: readonly (readonly [reason: string, count: number])[];
  readonly first: RevokedEntry;
  readonly last: RevokedEntry;
  /** Earliest and latest revocation date. */
  readonly from: string;
  readonly until: string;
  /** How many have an invalidity date. */
  readonly dated: number;
  /** SHA-256 of the entries as a list: {@link HEAD}, then each in its order, serial number in lower-case hex of its content octets. */
  readonly sha256: Sha256;
}

/** @returns undefined where there is none @throws CeremonyError DER_INVALID for a value that cannot be read */
export function addedList(entries: Iterable<RevokedEntry>): AddedList | undefined {
  const digest = createHash('sha256').update(HEAD);
  const reasons = new Map<string, number>();
  let [count, dated, from, until] = [0, 0, '', ''];
  let first: RevokedEntry | undefined;
  let last: RevokedEntry | undefined;
  for (const entry of entries) {
    const { serial, at, extensions } = entry;
    const [reason, since] = [reasonCode(extensions) ?? 'none', invalidityDate(extensions)?.at ?? ''];
    digest.update(`${serial},${at.at},${reason === 'none' ? '' : reason},${since}\n`);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    if (since !== '') dated++;
    if (count++ === 0 || at.at < from) from = at.at;
    if (at.at > until) until = at.at;
    first ??= entry;
    last = entry;
  }
  if (!first || !last) return undefined;
  const ordered = [...reasons].sort(([one, few], [other, many]) => many - few || (one < other ? -1 : 1));
  const sha256 = digest.digest('hex') as Sha256;
  return { ...{ count, reasons: ordered, first, last, from, until, dated }, sha256 };
}

/** What officers read beside the question; none for an entry that they read itself. */
export function addedListLines(entries: Iterable<RevokedEntry>): string[] {
  const list = addedList(entries);
  if (!list || list.count <= FEW) return [];
  const { count, reasons, first, last, from, until, dated, sha256 } = list;
  return [
    `IN ALL      ${count} ADDED`,
    ...reasons.map(([reason, many]) => `            ${String(many).padStart(String(count).length)} ${reason}`),
    `dated       ${from === until ? from : `${from} to ${until}`}`,
    `            ${dated === 0 ? 'none' : dated} with an invalidity date`,
    `first       ${first.serial}`,
    `last        ${last.serial}`,
    'as a list   in this order, as revocations come in (CSV), SHA-256 of the file:',
    ...hexGroups(sha256).map((line) => `            ${line}`),
    ...wordRows(sha256).map((row) => `            ${row.number}  ${row.words.join('  ')}`),
    '            Compare it with that of the list, computed on another computer.',
  ];
}
