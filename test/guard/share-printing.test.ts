import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type Printer, printerAt } from '../../src/guard/printer.ts';
import { printShare } from '../../src/guard/share-printing.ts';
import { paperRows } from '../../src/paper-share/write-rows.ts';
import type { OpenedShare } from '../../src/quorum/share-envelope.ts';
import { type ShareSet, shareCommitment } from '../../src/quorum/share-set.ts';
import { assertRejects } from '../der/refusal.ts';
import { randomShare, Seeded } from '../paper-share/shares.ts';
import { PipedPrinter } from './piped-printer.ts';
import { atTerminal } from './typist.ts';

const folder = mkdtempSync(join(tmpdir(), 'quorate-printer-'));
const printers: PipedPrinter[] = [];
after(() => {
  for (const printer of printers) printer.stop();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<PipedPrinter> {
  const printer = await PipedPrinter.start();
  printers.push(printer);
  return printer;
}

let pipes = 0;
function makePipe(): string {
  const path = join(folder, `printer-${pipes++}`);
  execFileSync('mkfifo', [path]);
  return path;
}

describe('a printer', () => {
  test('that is a pipe gets a page of any size, whole, and the end of it', async () => {
    const piped = await start();
    const page = Buffer.concat([Buffer.alloc(300_000, 'share '), Buffer.from('%%EOF\n')]);
    await printerAt(piped.path).print(page);
    assert.deepEqual(await piped.page(1), page);
    await printerAt(piped.path).print(Buffer.from('second %%EOF\n'));
    assert.equal((await piped.page(2)).toString(), 'second %%EOF\n');
  });

  test('that is a regular file, a folder or a terminal is refused, and the file is as it was', async () => {
    const file = join(folder, 'share.pdf');
    writeFileSync(file, 'as it was');
    await assertRejects(
      () => printerAt(file).look(),
      'PRINTER_REFUSED',
      `the printer "${file}" is a regular file; expected a character device or a pipe`,
    );
    assert.equal(readFileSync(file, 'utf8'), 'as it was');
    await assertRejects(
      () => printerAt(folder).look(),
      'PRINTER_REFUSED',
      `the printer "${folder}": it cannot be opened (EISDIR)`,
    );
    await assertRejects(
      () => printerAt('/dev/ptmx').look(),
      'PRINTER_REFUSED',
      'the printer "/dev/ptmx" is a terminal, which would show the share; expected a character device or a pipe',
    );
  });

  test('that is not there makes no file, and a pipe that nobody reads holds up nobody', async () => {
    const path = join(folder, 'none');
    const refused = `the printer "${path}": it cannot be opened (ENOENT)`;
    await assertRejects(() => printerAt(path).print(Buffer.from('a')), 'PRINTER_REFUSED', refused);
    const pipe = makePipe();
    const unread = `the printer "${pipe}": nobody reads it, or no device is there`;
    await assertRejects(() => printerAt(pipe, 200).print(Buffer.from('a')), 'PRINTER_REFUSED', unread);
    await assertRejects(() => printerAt(path).print(Buffer.from('a')), 'PRINTER_REFUSED', refused);
  });

  test('that stops taking a page, or goes away, is refused with how far it came', async () => {
    const pipe = makePipe();
    // Read by nobody who reads: a pipe of its own holds what fits into it.
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const page = Buffer.alloc(1_000_000, 'x');
    await assertRejects(
      () => printerAt(pipe, 300).print(page),
      'PRINTER_REFUSED',
      /^the printer ".*" took [1-9]\d* of 1000000 bytes of a page: it takes no more$/,
    );
    assert.ok(reader > 0);
    const other = makePipe();
    const child = spawn('sh', ['-c', 'head -c 10000 <"$0" >/dev/null', other], { stdio: 'ignore', detached: true });
    await once(child, 'spawn');
    const print = () => printerAt(other).print(page);
    await assertRejects(print, 'PRINTER_REFUSED', /^the printer ".*" took \d+ of 1000000 bytes of a page: EPIPE$/);
  });
});

const random = new Seeded('printing');
const id = random.bytes(16).toString('hex');
const shares: readonly OpenedShare[] = [10, 20, 30].map((x) => ({
  ...randomShare(random, { set: id, x, threshold: 2, count: 3 }),
  seat: `custodian-${x / 10}`,
  label: 'root-g1',
}));
const [share, otherShare] = shares as [OpenedShare, OpenedShare];
const set: ShareSet = {
  id,
  kind: 'user',
  threshold: 2,
  check: '0'.repeat(64),
  shares: shares.map(({ x, seat, r, share }) => ({
    seat,
    x,
    commitment: shareCommitment(id, x, r, share.subarray(0, -1)),
    envelope: String(x).repeat(32),
    recipients: ['1'.repeat(64)],
  })),
};
const NOW = '2027-03-01T09:00:00Z';
const FACTS = { ca: 'Example Root CA G1', kind: 'kek', isRehearsal: true } as const;

/** A session in which the share of the first custodian is printed. */
const session = (
  printer: Printer,
  answer: (question: string) => string | Promise<string>,
  { mayLie = false, onPage = () => undefined }: { mayLie?: boolean; onPage?: () => void } = {},
) =>
  atTerminal(
    (terminal) => printShare({ terminal, printer, set, share, facts: FACTS, now: () => NOW, mayLie, onPage }),
    answer,
  );

/** Keeps what it is given, as it is given, and prints nothing. */
class DeafPrinter implements Printer {
  readonly path = '/dev/deaf';
  readonly given: Uint8Array[] = [];

  async look(): Promise<void> {}

  async print(page: Uint8Array): Promise<void> {
    this.given.push(page);
  }
}

const ROWS = paperRows(share).map((row) => row.toString('latin1'));
const OTHER_ROWS = paperRows(otherShare).map((row) => row.toString('latin1'));

describe('a share', () => {
  test('is printed through a pipe, its code read from the paper by a stock decoder, and typed back', async () => {
    const piped = await start();
    const { result, written, asked } = await session(printerAt(piped.path), async (question) =>
      question.includes('row 1 of 7') ? await piped.scan(1) : '',
    );
    assert.equal(result, NOW);
    assert.deepEqual(asked, [
      'custodian-1, press Enter when you stand at the printer; Ctrl-C prints nothing.',
      'custodian-1, row 1 of 7:',
    ]);
    assert.match(written, /A PAPER SHARE IS PRINTED FOR custodian-1/);
    assert.match(written, /Share x = 10 of set (?:[0-9a-f]{4} ?){8}; 2 of 3 open it/);
    assert.equal(piped.pages().length, 1);
    for (const row of ROWS) assert.ok(!written.includes(row.slice(0, 5)), 'a row is on the screen');
    const text = await piped.text(1);
    assert.match(text, /REHEARSAL: PAPER SHARE/);
    assert.match(text, /^Printed +2027-03-01$/m);
    assert.match(text, /^Opens +the backup of the key root-g1$/m);
  });

  test('stays its owner’s, and the page is zeroed when the printer has it', async () => {
    const printer = new DeafPrinter();
    const before = Buffer.from(share.share);
    const lines = [...ROWS];
    const { result } = await session(printer, (question) =>
      question.includes(' row ') ? (lines.shift() as string) : '',
    );
    assert.equal(result, NOW);
    assert.deepEqual(Buffer.from(share.share), before);
    assert.ok(printer.given.every((page) => page.length > 10_000 && page.every((byte) => byte === 0)));
  });

  test('is not printed when somebody leaves before', async () => {
    const printer = new DeafPrinter();
    const { error } = await session(printer, () => '\u0003');
    assert.deepEqual([error?.code, printer.given.length], ['PRESENTATION_CANCELLED', 0]);
  });

  test('is typed again where another page was typed, and printed again where the page cannot be read', async () => {
    const printer = new DeafPrinter();
    const script = ['', ...OTHER_ROWS.slice(0, 2), 'type', ROWS[0], '\u0003', 'again', '', ...ROWS] as string[];
    let pages = 0;
    const onPage = () => {
      pages += 1;
    };
    const { result, written } = await session(printer, () => script.shift() as string, { onPage });
    assert.deepEqual([result, pages], [NOW, 2]);
    assert.ok(!written.includes('MAY HAVE BEEN PRINTED BEFORE'));
    const shown = written.replaceAll('\r\n  | ', '');
    assert.match(shown, /was not read back: the paper share has x = 20, which is that of "custodian-2"/);
    assert.match(shown, /was not read back: the question was left with Ctrl-C/);
    assert.equal(printer.given.length, 2);
  });

  test('of which a page may lie somewhere is not printed before its custodian has read that', async () => {
    const printer = new DeafPrinter();
    const { error, written } = await session(printer, () => '\u0003', { mayLie: true });
    assert.deepEqual([error?.code, printer.given.length], ['PRESENTATION_CANCELLED', 0]);
    assert.match(written, /A PAGE OF THEIRS MAY HAVE BEEN PRINTED BEFORE/);
  });

  test('is given up when people say so; after three pages there is no fourth', async () => {
    const printer = new DeafPrinter();
    const wishes = ['again', 'again', 'again', 'stop'];
    const { error, written } = await session(printer, (question) => {
      if (question.startsWith('Type ')) return wishes.shift() as string;
      return question.includes(' row ') ? '?' : '';
    });
    assert.deepEqual(
      [error?.code, error?.message],
      ['SHARE_ROW', 'row 1: character 1 is none of the digits and letters that a row is made of'],
    );
    assert.equal(printer.given.length, 3);
    assert.match(written, /Type "type" or "stop":/);
    assert.deepEqual(wishes, []);
  });

  test('that the printer refuses is not asked for, and the refusal says where', async () => {
    const { error, asked } = await session(printerAt(join(folder, 'none')), () => '');
    assert.deepEqual([error?.code, asked.length], ['PRINTER_REFUSED', 1]);
  });
});
