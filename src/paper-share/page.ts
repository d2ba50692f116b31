import { secretBytes } from '../base/secret-bytes.ts';
import type { PaperShare } from './payload.ts';
import { PAGE, PdfPage, shown, TYPED_WIDTH } from './pdf-page.ts';
import { qrCode } from './qr-code.ts';
import { DATA_SYMBOLS, ROW_SYMBOLS } from './row-code.ts';
import { paperRows, scanText } from './write-rows.ts';

/** What stands on the page beside the share. Nothing of it is secret. */
export interface PageFacts {
  /** The CA, as people call it. */
  readonly ca: string;
  /** The key or HSM that the secret opens, by its label. */
  readonly label: string;
  /** What the secret is for: the wrapping key of a backup, or a PIN of an HSM. */
  readonly kind: 'kek' | 'user' | 'so';
  readonly seat: string;
  /** Day of printing, `2027-03-01`. */
  readonly day: string;
  /** Of a rehearsal: a page that opens nothing real says so on its face. */
  readonly isRehearsal: boolean;
}

const LEFT = 48;
const RIGHT = PAGE.width - LEFT;
const WIDTH = RIGHT - LEFT;
/** Points along a side of a module: the whole code is six centimetres. */
const MODULE = 3;
const VALUE_SIZE = 11;
const VALUE_LEFT = LEFT + 92;
const ROW_SIZE = 24;
const ROW_LEADING = 29;
const ROWS_LEFT = LEFT + 62;
const GROUP = 4;

const OPENS: Readonly<Record<PageFacts['kind'], (label: string) => string>> = {
  kek: (label) => `the backup of the key ${label}`,
  user: (label) => `the HSM ${label} (its user)`,
  so: (label) => `the HSM ${label} (its security officer)`,
};

/**
 * The page of one share, for its custodian alone: one PDF, the same bytes for the same share.
 * @returns a secret, which the caller zeroes
 */
export function sharePage(share: PaperShare, facts: PageFacts): Buffer {
  const page = new PdfPage();
  const rows = paperRows(share);
  const text = scanText(rows);
  const code = qrCode(text);
  try {
    drawHead(page, share, facts);
    drawFacts(page, share, facts);
    page.qr(code, RIGHT - MODULE * code.size, 564, MODULE);
    drawRows(page, rows);
    drawInstructions(page, share);
    drawSignatures(page);
    drawReading(page);
    return page.file(`Paper share ${share.x} of set ${share.set}`);
  } finally {
    for (const row of rows) row.fill(0);
    text.fill(0);
    code.modules.fill(0);
  }
}

function drawHead(page: PdfPage, { threshold, count }: PaperShare, { isRehearsal }: PageFacts): void {
  page.bar(LEFT, 780, WIDTH, 30);
  page.lightText('bold', 18, LEFT + 10, 789, isRehearsal ? 'REHEARSAL: PAPER SHARE' : 'PAPER SHARE');
  page.lightText('bold', 11, RIGHT - 214, 790, 'SECRET. Seal it; show it to nobody.');
  const meaning = isRehearsal
    ? 'Printed in a rehearsal. It opens nothing real. Shred it when the rehearsal is over.'
    : `One of ${count} pages for ${count} people. Any ${threshold} of them open what is named here; fewer open nothing.`;
  page.text('plain', 10.5, LEFT, 761, meaning);
}

function drawFacts(page: PdfPage, share: PaperShare, facts: PageFacts): void {
  const set = share.set.match(/.{4}/g) ?? [];
  const entries: [string, readonly string[]][] = [
    ['CA', wrapped(facts.ca)],
    ['Opens', wrapped(OPENS[facts.kind](facts.label))],
    ['Custodian', wrapped(facts.seat)],
    ['Share', [`number x = ${share.x}`]],
    ['Needed', [`${share.threshold} of ${share.count} shares`]],
    ['Set', [set.slice(0, 4).join(' '), set.slice(4).join(' ')]],
    ['Printed', [facts.day]],
  ];
  let y = 730;
  for (const [name, lines] of entries) {
    page.text('plain', 10, LEFT, y, name);
    for (const line of lines) {
      page.text('typed', VALUE_SIZE, VALUE_LEFT, y, line);
      y -= 14;
    }
    y -= 5;
  }
}

/** Lines that end before the QR code begins; of a longer text, the first two and that it goes on. */
function wrapped(text: string): string[] {
  const most = Math.floor((RIGHT - 57 * MODULE - 16 - VALUE_LEFT) / (TYPED_WIDTH * VALUE_SIZE));
  const lines: string[] = [];
  for (const word of shown(text).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else for (let at = 0; at < Math.max(1, word.length); at += most) lines.push(word.slice(at, at + most));
  }
  return lines.length <= 2 ? lines : [lines[0] as string, `${(lines[1] as string).slice(0, most - 4)} ...`];
}

function drawRows(page: PdfPage, rows: readonly Uint8Array[]): void {
  const height = rows.length * ROW_LEADING + 12;
  const top = 536;
  page.text('plain', 8, LEFT + 12, top + 5, 'Row');
  page.text('plain', 8, ROWS_LEFT, top + 5, 'Share');
  page.text(
    'plain',
    8,
    ROWS_LEFT + (DATA_SYMBOLS + DATA_SYMBOLS / GROUP + 1) * TYPED_WIDTH * ROW_SIZE,
    top + 5,
    'Check',
  );
  page.frame(LEFT, top - height, WIDTH, height, 1.2);
  for (const [index, row] of rows.entries()) {
    const y = top - 25 - index * ROW_LEADING;
    const spaced = withBlanks(row);
    page.text('bold', 14, LEFT + 12, y + 2, `${index + 1}`);
    page.secret('typed', ROW_SIZE, ROWS_LEFT, y, spaced);
    spaced.fill(0);
    if (index > 0) page.line(LEFT + 12, y + ROW_LEADING - 8, WIDTH - 24);
  }
}

/** Groups of four, and the checks apart. */
function withBlanks(row: Uint8Array): Buffer {
  const spaced = secretBytes(ROW_SYMBOLS + DATA_SYMBOLS / GROUP + 1).fill(' ');
  let at = 0;
  for (let i = 0; i < row.length; i++) {
    if (i > 0 && i <= DATA_SYMBOLS && i % GROUP === 0) at += i === DATA_SYMBOLS ? 2 : 1;
    spaced[at++] = row[i] as number;
  }
  return spaced;
}

function drawInstructions(page: PdfPage, { threshold }: PaperShare): void {
  page.text('bold', 11, LEFT, 296, 'What to do with it');
  const lines = [
    '1.  See that all seven rows are sharp and whole. Let nobody read, copy or photograph this side.',
    '2.  Bag it at once, face down behind something dark. Write the bag number here and in the record.',
    '3.  Keep the bag where no other share of this set is, and no copy of what it opens.',
    `4.  When ${threshold} custodians are asked for their shares, type the rows at the ceremony computer, all 21`,
    '     characters of each, or have the code scanned there. Blanks and capitals do not matter; I, L, O, U are nowhere.',
    '5.  When the record says that this set is void, shred this page before a witness.',
  ];
  for (const [index, line] of lines.entries()) page.text('plain', 9.5, LEFT, 280 - index * 14, line);
}

function drawSignatures(page: PdfPage): void {
  const fields: [string, number, number, number][] = [
    ['Bag number', LEFT, 171, 238],
    ['Date and time (UTC)', LEFT + 260, 171, WIDTH - 260],
    ['Custodian: name and signature', LEFT, 127, 238],
    ['Witness: name and signature', LEFT + 260, 127, WIDTH - 260],
  ];
  for (const [name, x, y, width] of fields) {
    page.frame(x, y - 14, width, 36, 0.6);
    page.text('plain', 8, x + 5, y + 13, name);
  }
}

/** Enough to read the page in thirty years, with nothing else at hand. */
function drawReading(page: PdfPage): void {
  page.text('bold', 8.5, LEFT, 98, 'Reading this page without the program (quorate paper share, version 1)');
  const lines = [
    'The first 16 characters of each row, row after row, are 5 bits each in the order 0123456789ABCDEFGHJKMNPQRSTVWXYZ: together 70 bytes.',
    '1 byte version; 16 set id; 1 x; 1 how many are needed; 1 how many there are; 16 random bytes r; 32 bytes y; 2 bytes of SHA-256 of the',
    'ASCII text quorate/paper-share/1 and the 68 bytes before them. y is the value at x of one polynomial for each byte of the secret, over the',
    'field of 256 elements with x^8+x^4+x^3+x+1 (Shamir; shares as HashiCorp Vault has them, y and then x). The secret is the value at 0.',
    'The last 5 characters of a row check it alone. The code holds QUORATE1 and then all characters of the seven rows.',
  ];
  for (const [index, line] of lines.entries()) page.text('plain', 7.5, LEFT, 86 - index * 10, line);
}
