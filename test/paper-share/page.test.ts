import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type PageFacts, sharePage } from '../../src/paper-share/page.ts';
import type { PaperShare } from '../../src/paper-share/payload.ts';
import { readRows, scannedRows } from '../../src/paper-share/read-rows.ts';
import { paperRows, scanText } from '../../src/paper-share/write-rows.ts';
import { randomShare, Seeded, vectorShare } from './shares.ts';

const folder = mkdtempSync(join(tmpdir(), 'quorate-page-'));
after(() => rmSync(folder, { recursive: true }));

const FACTS: PageFacts = {
  ca: 'Example Root CA G1',
  label: 'root-2027',
  kind: 'kek',
  seat: 'crypto-officer-4',
  day: '2027-03-01',
  isRehearsal: false,
};

function ran(program: string, ...options: string[]): string {
  return execFileSync(program, options, { cwd: folder, encoding: 'utf8', timeout: 60_000, stdio: 'pipe' });
}

/** The text of the page, line by line as it is laid out; other programs than ours read it. */
function textOf(page: Uint8Array): string {
  writeFileSync(join(folder, 'page.pdf'), page);
  ran('qpdf', '--check', 'page.pdf');
  return ran('pdftotext', '-layout', 'page.pdf', '-');
}

/** What a stock decoder finds on a picture of the page, as a printer or a scanner has it. */
function scanOf(page: Uint8Array, dotsPerInch: number): string {
  writeFileSync(join(folder, 'page.pdf'), page);
  ran('pdftoppm', '-r', String(dotsPerInch), '-gray', '-singlefile', 'page.pdf', 'page');
  return ran('zbarimg', '--nodbus', '--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', 'page.pgm').trimEnd();
}

describe('the page of a share', () => {
  test('has one page that other programs read, and its code is read from a picture of it', () => {
    const random = new Seeded('pages');
    for (const dotsPerInch of [100, 150, 300]) {
      const share = randomShare(random);
      const page = sharePage(share, FACTS);
      const scanned = scanOf(page, dotsPerInch);
      assert.equal(scanned, scanText(paperRows(share)).toString('latin1'));
      const rows = scannedRows(Buffer.from(scanned));
      assert.ok(rows);
      assert.deepEqual({ ...(readRows(rows) as PaperShare) }, share);
    }
    assert.match(ran('pdfinfo', 'page.pdf'), /^Pages: +1$/m);
  });

  test('says what it is, whose, of which set, how many are needed, and has the rows in groups with their numbers', () => {
    const share = vectorShare();
    const text = textOf(sharePage(share, FACTS));
    for (const line of [
      /^ *PAPER SHARE +SECRET\. Seal it; show it to nobody\.$/m,
      /^One of 5 pages for 5 people\. Any 3 of them open what is named here; fewer open nothing\.$/m,
      /^CA +Example Root CA G1$/m,
      /^Opens +the backup of the key root-2027$/m,
      /^Custodian +crypto-officer-4$/m,
      /^Share +number x = 100$/m,
      /^Needed +3 of 5 shares$/m,
      /^Set +0011 2233 4455 6677\s+8899 aabb ccdd eeff$/m,
      /^Printed +2027-03-01$/m,
      /When 3 custodians are asked/,
      /^ *Bag number +Date and time/m,
      /Witness: name and signature/,
      /Reading this page without the program/,
    ])
      assert.match(text, line);
    const rows = [...text.matchAll(/^ *(\d) +(\w{4}) +(\w{4}) +(\w{4}) +(\w{4}) +(\w{5})$/gm)];
    assert.deepEqual(
      rows.map(([, number]) => number),
      ['1', '2', '3', '4', '5', '6', '7'],
    );
    const typed = rows.map(([, , ...groups]) => Buffer.from(groups.join(' ')));
    assert.deepEqual({ ...(readRows(typed) as PaperShare) }, share);
  });

  test('says for each kind of set what it opens', () => {
    const opens = (kind: PageFacts['kind']) =>
      /^Opens +(.*\S(?:\n {10,}\S.*)?)$/m.exec(textOf(sharePage(vectorShare(), { ...FACTS, kind })))?.[1];
    assert.equal(opens('user'), 'the HSM root-2027 (its user)');
    assert.match(opens('so') ?? '', /^the HSM root-2027 \(its security\s+officer\)$/);
  });

  test('of a rehearsal says so, and that it opens nothing', () => {
    const text = textOf(sharePage(vectorShare(), { ...FACTS, isRehearsal: true }));
    assert.match(text, /REHEARSAL: PAPER SHARE/);
    assert.match(text, /It opens nothing real/);
    assert.doesNotMatch(text, /Any 3 of them open/);
  });

  test('shows any name: what the fonts have, and the rest by its code point; a long one ends before the code', () => {
    const name = (ca: string) => textOf(sharePage(vectorShare(), { ...FACTS, ca }));
    assert.match(name('Zürich (Root) – \\ 漢\u{202E}'), /^CA +Zürich \(Root\) – \\ *\n? *\\u\{6F22\}\\u\{202E\}$/m);
    const page = sharePage(vectorShare(), {
      ...FACTS,
      ca: 'W'.repeat(400),
      label: 'a bc '.repeat(40),
      seat: 's'.repeat(64),
    });
    const lines = textOf(page).match(/W{5,}( \.\.\.)?/g) ?? [];
    assert.equal(lines.length, 2);
    assert.match(lines[1] ?? '', / \.\.\.$/);
    assert.equal(scanOf(page, 150), scanText(paperRows(vectorShare())).toString('latin1'));
  });

  test('is the same bytes for the same share, and leaves the share as it was', () => {
    const share = vectorShare();
    assert.deepEqual(sharePage(share, FACTS), sharePage(share, FACTS));
    assert.deepEqual(share, vectorShare());
  });
});
