import { CeremonyError, type ErrorCode } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import { type PageFacts, sharePage } from '../paper-share/page.ts';
import type { OpenedShare } from '../quorum/share-envelope.ts';
import type { ShareSet } from '../quorum/share-set.ts';
import { readPaperShare } from './paper-entry.ts';
import type { Printer } from './printer.ts';
import { forgetShare } from './shares.ts';
import type { GuardTerminal } from './terminal.ts';

/** A page that cannot be read is printed again; a printer that cannot do it in so many is not one. */
const MOST_PAGES = 3;
/** A page was mistyped or mangled, another page was typed, or somebody pressed Ctrl-C: people say how it goes on. */
const UNREAD: ReadonlySet<ErrorCode> = new Set([
  'SHARE_ROW',
  'SHARE_FOREIGN_SET',
  'SHARE_POINT',
  'SHARE_COMMITMENT',
  'PRESENTATION_CANCELLED',
  'ANSWER_REFUSED',
]);

export interface SharePrinting {
  readonly terminal: GuardTerminal;
  readonly printer: Printer;
  readonly set: ShareSet;
  /** The share to print, open already; it is left to its owner, who zeroes it. */
  readonly share: OpenedShare;
  readonly facts: Pick<PageFacts, 'ca' | 'kind' | 'isRehearsal'>;
  /** Whether a page of theirs may have gone to the printer before, that nobody has read back. */
  readonly mayLie: boolean;
  /** Whether a page that another guard had printed was read back to that one: it is read before another is printed. */
  readonly isPrinted?: boolean;
  /** Told before a page goes to the printer: from then on there may be one. */
  readonly onPage: () => void;
  /** UTC, whole seconds. */
  readonly now: () => string;
}

/**
 * Prints the page of one share while its custodian stands at the printer, and has them read it back: what a printer has
 * mangled is found while the secret can still be had, and not at the restore.
 * @returns when the page that was read back had been handed to the printer, UTC, whole seconds; null where that was done
 *   before
 * @throws CeremonyError PRINTER_REFUSED; PRESENTATION_CANCELLED when it is left before anything is printed; why the page
 *   was not read back, where people want no other
 */
export async function printShare(printing: SharePrinting): Promise<string | null> {
  return await printing.terminal.session(async () => {
    const { isPrinted = false } = printing;
    await printing.terminal.show(isPrinted ? onceMore(printing) : announcement(printing));
    let printedAt = isPrinted ? null : await handOver(printing);
    for (let pages = isPrinted ? 0 : 1; ; ) {
      const unread = await readBack(printing);
      if (!unread) return printedAt;
      const wish = await askHow(printing, unread, pages);
      if (wish === 'stop') throw unread;
      if (wish === 'type') continue;
      printedAt = await handOver(printing);
      pages += 1;
    }
  });
}

function announcement({ share: { seat, x, threshold, count }, set, printer, mayLie }: SharePrinting): string[] {
  return [
    `A PAPER SHARE IS PRINTED FOR ${seat}`,
    `Share x = ${x} of set ${set.id.match(/.{4}/g)?.join(' ')}; ${threshold} of ${count} open it`,
    `Printer: ${escapeForeign(printer.path)}`,
    '',
    `${seat} stands at the printer, takes the page, and alone looks at it.`,
    'Then they type it back here, or have its code scanned. Another page of theirs',
    'or of somebody else must not lie there.',
    ...(mayLie ? MAY_LIE : []),
    '',
  ];
}

/** A guard believes no record that a page is there and can be read: it was not there. */
function onceMore({ share: { seat } }: SharePrinting): string[] {
  return [
    `THE PAPER SHARE OF ${seat} IS READ BACK ONCE MORE`,
    'By the record it was printed and read back before the interruption. This guard has not',
    `seen that: ${seat} takes the page, and types it here, or has its code scanned.`,
    'Nothing is printed now.',
    '',
  ];
}

const MAY_LIE = [
  '',
  'A PAGE OF THEIRS MAY HAVE BEEN PRINTED BEFORE, that nobody has read back. Look for it',
  'first, in the printer too, and switch that off and on: shred it before everybody.',
];

/** @returns the moment when the printer had taken all of it */
async function handOver({ terminal, printer, share, facts, now, onPage }: SharePrinting): Promise<string> {
  const { seat, label } = share;
  await terminal.readText(`${seat}, press Enter when you stand at the printer; Ctrl-C prints nothing.`);
  const page = sharePage(share, { ...facts, label, seat, day: now().slice(0, 10) });
  try {
    onPage();
    await printer.print(page);
  } finally {
    page.fill(0);
  }
  const printedAt = now();
  await terminal.show(['The page has gone to the printer.', '']);
  return printedAt;
}

/** @returns why it could not be read; undefined when it was */
async function readBack({ terminal, set, share }: SharePrinting): Promise<CeremonyError | undefined> {
  const { seat, label } = share;
  try {
    forgetShare(await readPaperShare({ terminal, set, label, seat, presented: [] }));
    return undefined;
  } catch (error) {
    if (error instanceof CeremonyError && UNREAD.has(error.code)) return error;
    throw error;
  }
}

async function askHow(
  { terminal, share: { seat } }: SharePrinting,
  unread: CeremonyError,
  pages: number,
): Promise<'type' | 'again' | 'stop'> {
  const choices = pages < MOST_PAGES ? (['type', 'again', 'stop'] as const) : (['type', 'stop'] as const);
  await terminal.show([
    `The page of ${seat} was not read back: ${unread.message}.`,
    'type    the same page once more',
    ...(pages < MOST_PAGES ? ['again   another page; this one is shredded first, before everybody'] : []),
    'stop    the page is shredded before everybody, and nothing is made',
  ]);
  const asked = `Type ${choices.map((choice) => `"${choice}"`).join(' or ')}:`;
  return (await terminal.readChoice(asked, choices, new AbortController().signal)) ?? 'stop';
}
