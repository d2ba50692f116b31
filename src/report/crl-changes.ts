import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { crlChanges, type SomeEntries } from '../quorum/crl-changes.ts';
import { deltaChanges } from '../quorum/delta-changes.ts';
import { isDelta } from '../x509/constructed-crl.ts';
import { invalidityDate, reasonCode } from '../x509/crl-extensions.ts';
import type { CertificateList, RevokedEntry } from '../x509/model.ts';
import { attempt } from './certificates.ts';
import { heading, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { mono, type Paragraph, paragraph, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import { instant } from './times.ts';

/** Of each kind so many are listed, on some forty pages: more are for a program to read, from the files that are named then. */
export const MOST_LISTED = 2000;

/** Where everything stands of which the table has the beginning only. */
export interface WholeLists {
  /** Of the CRL. */
  readonly path: string;
  /** The list that came in, of what was to be added. */
  readonly list: readonly [path: string, bytes: Uint8Array] | undefined;
}

/** What a CRL says otherwise than the one before it, one by one: it may stand behind a million entries that were kept. */
export function drawCrlChanges(sheet: Sheet, crl: CertificateList, before: CertificateList, where: WholeLists): void {
  const kinds = attempt(() => kindsOf(crl, before));
  heading(sheet, 3, 'What this CRL changes');
  if (kinds instanceof CeremonyError) {
    prose(sheet, [text(`It cannot be compared: ${kinds.message}`, { marked: true, before: 4 })]);
    return;
  }
  const rows = kinds.flatMap(([what, { first }]) => first.map((entry) => [what, entry] as const));
  if (rows.length === 0) {
    prose(sheet, [text('nothing: it lists what the one before it lists', { before: 4 })]);
    return;
  }
  drawTable(
    sheet,
    [
      { title: 'Serial number', share: 44 },
      { title: 'Revoked', share: 22 },
      { title: 'Reason', share: 22 },
      { title: 'Change', share: 12 },
    ],
    rows.map(([what, entry]) =>
      cells([paragraph([mono(entry.serial, 6.8)])], [text(instant(entry.at.at), { size: 7.8 })], reasonLines(entry), [
        text(what, { size: 7.8, marked: what === 'removed' }),
      ]),
    ),
    { padding: 1.2 },
  );
  for (const [what, { count, first }] of kinds)
    if (count > first.length) prose(sheet, [text(rest(what, count, first.length, where), { before: 4 })]);
}

type Kinds = readonly (readonly [what: string, entries: SomeEntries])[];

function kindsOf(crl: CertificateList, before: CertificateList): Kinds {
  if (isDelta(crl)) {
    const { added, released, changed } = deltaChanges(crl, before);
    const some = (entries: readonly RevokedEntry[]) => ({
      count: entries.length,
      first: entries.slice(0, MOST_LISTED),
    });
    return [
      ['added', some(added)],
      ['released', some(released)],
      ['changed', some(changed)],
    ];
  }
  const { added, removed, changed } = crlChanges(crl, before, MOST_LISTED);
  return [
    ['removed', removed],
    ['changed', changed],
    ['added', added],
  ];
}

/** As many as nobody reads on paper: where a program finds them, and how to know that file. */
function rest(what: string, count: number, shown: number, { path, list }: WholeLists): string {
  const listed =
    what === 'added' && list ? `, and in ${list[0]}, as it was read in the room, SHA-256 ${sha256(list[1])}` : '';
  const stands =
    what === 'removed' ? `the CRL before has them, and ${path} does not` : `all are in ${path}, by its SHA-256 above`;
  return `${shown} of ${count} that are ${what}: ${stands}${listed}`;
}

export function reasonLines(entry: RevokedEntry): Paragraph[] {
  return [text(reasonOf(entry), { size: 7.8 }), ...sinceOf(entry)];
}

function sinceOf({ extensions }: RevokedEntry): Paragraph[] {
  const since = attempt(() => invalidityDate(extensions));
  if (since === undefined) return [];
  const words = since instanceof CeremonyError ? 'invalidity date malformed' : `invalid since ${instant(since.at)}`;
  return [text(words, { size: 6.8 })];
}

export function reasonOf(entry: RevokedEntry): string {
  const reason = attempt(() => reasonCode(entry.extensions));
  return reason instanceof CeremonyError ? 'malformed' : (reason ?? 'none given');
}
