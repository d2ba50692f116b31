import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { digestWords } from '../../src/base/words.ts';
import { REPORT_VERSION } from '../../src/report/layout/fonts.ts';
import { renderReport } from '../../src/report/report.ts';
import type { Event } from '../../src/transcript/event.ts';
import { buildPack, type Files, sourceOf } from './fixture/pack.ts';
import { look, type Seen } from './fixture/pdf.ts';

let files: Files;
let pdf: Uint8Array;
let seen: Seen;
let events: Event[];

before(async () => {
  files = await buildPack();
  pdf = await renderReport(sourceOf(files));
  seen = look(pdf);
  events = textOf('events.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
});

function bytesOf(path: string): Uint8Array {
  return files.get(path) ?? assert.fail(`the fixture has no ${path}`);
}

function textOf(path: string): string {
  return new TextDecoder().decode(bytesOf(path));
}

/** Text without the layout: what a person reads, words one after another. */
function read(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('the same pack gives the same bytes', async () => {
  assert.equal(digest(await renderReport(sourceOf(files))), digest(pdf));
});

test('the same bytes in another process, time zone and language', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-again-'));
  try {
    const pack = join(folder, 'pack.json');
    writeFileSync(
      pack,
      JSON.stringify([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')])),
    );
    const script = `
      import { createHash } from 'node:crypto';
      import { readFileSync } from 'node:fs';
      import { renderReport } from ${JSON.stringify(new URL('../../src/report/report.ts', import.meta.url).href)};
      const files = new Map(JSON.parse(readFileSync(${JSON.stringify(pack)}, 'utf8')).map(([path, text]) => [path, Buffer.from(text, 'base64')]));
      const list = () => new Map([...files].map(([path, bytes]) => [path, bytes.length]));
      const pdf = await renderReport({ list, read: (path) => files.get(path), faults: () => [] });
      console.log(createHash('sha256').update(pdf).digest('hex'));`;
    const environment = {
      PATH: process.env['PATH'],
      TZ: 'Pacific/Kiritimati',
      LANG: 'tr_TR.UTF-8',
      LC_ALL: 'tr_TR.UTF-8',
    };
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: environment,
    });
    assert.equal(said.trim(), digest(pdf));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('signatures, views, timestamps and addenda that come later change nothing', async () => {
  const later = new Map(files);
  for (const path of [
    'signatures/crypto-officer-1.p7s',
    'views/report.pdf',
    'timestamps/a.tsr',
    'addenda/01-video/addendum.json',
    'addenda/01-video/files/film.mp4',
    'addenda/01-video/signatures/witness-1.p7s',
    'SHA256SUMS',
  ]) {
    later.set(path, new Uint8Array(10));
  }
  later.set('certificates/unlisted.crt', new Uint8Array(10));
  assert.equal(digest(await renderReport(sourceOf(later))), digest(pdf));
});

test('what the script promised for after the close stands on the cover', () => {
  assert.match(seen.text, /Promised after the close\s+video, ink-pages, auditor-report\n/);
});

test('a changed answer changes the report', async () => {
  const other = new Map(files);
  other.set('events.jsonl', new TextEncoder().encode(textOf('events.jsonl').replace('A0012351', 'A0012352')));
  assert.notEqual(digest(await renderReport(sourceOf(other))), digest(pdf));
});

test('qpdf finds nothing to complain about, and every font is embedded and searchable', () => {
  assert.equal(seen.check.status, 0, seen.check.output);
  assert.match(seen.check.output, /No syntax or stream encoding errors found/);
  assert.equal(seen.fonts.length, 3);
  for (const font of seen.fonts) {
    assert.match(font.name, /^[A-Z]{6}\+DejaVu/);
    assert.deepEqual([font.embedded, font.subset, font.unicode], [true, true, true], font.name);
  }
});

test('the document names itself, is tagged, A4, without scripts, and dated by the close event', () => {
  const close = events.findLast((event) => event.type === 'close');
  assert.equal(seen.info.get('Title'), 'Example Root CA G1, generation: report of a rehearsal');
  assert.equal(seen.info.get('Subject'), `Key ceremony ${sha256(textOf('events.jsonl').split('\n')[0] ?? '')}`);
  assert.equal(seen.info.get('CreationDate'), close?.at);
  assert.equal(seen.info.get('ModDate'), close?.at);
  assert.equal(seen.info.get('Tagged'), 'yes');
  assert.equal(seen.info.get('JavaScript'), 'no');
  assert.match(seen.info.get('Page size') ?? '', /A4/);
  for (const type of ['Document', 'Sect', 'H1', 'H2', 'P', 'Table', 'TR', 'TH', 'TD']) {
    assert.match(seen.structure, new RegExp(`^ *${type}\\b`, 'm'), type);
  }
  // ISO 32000-1 §7.7.2: the language of the text, and the title in the window's title bar.
  const plain = Buffer.from(pdf).toString('latin1');
  assert.match(plain, /\/Lang \(en\)/);
  assert.match(plain, /\/DisplayDocTitle true/);
});

test('every page says that it is a rehearsal, at its head and foot, and which of how many it is', () => {
  assert.ok(seen.pages.length > 10);
  seen.pages.forEach((page, index) => {
    assert.match(page, /REHEARSAL: NOTHING MADE HERE MAY BE TRUSTED/, `page ${index + 1}`);
    assert.equal(page.match(/^.*REHEARSAL$/gm)?.length, 2, `page ${index + 1}`);
    assert.match(page, new RegExp(`page ${index + 1} of ${seen.pages.length}\\b`), `page ${index + 1}`);
    assert.match(page, /quorate 0\.1\.0 +report 1/);
    assert.match(page, /Example Root CA G1, generation/);
  });
});

test('a production report has no such mark', async () => {
  const production = look(await renderReport(sourceOf(await buildPack({ mode: 'production' }))));
  assert.equal(production.info.get('Title'), 'Example Root CA G1, generation: report');
  for (const page of production.pages) {
    assert.doesNotMatch(page, /rehearsal/i);
    assert.match(page, /PRODUCTION/);
  }
});

test('script and ceremony stand on every page, in short', () => {
  const opening = events[0];
  assert.ok(opening?.type === 'opening');
  const short = (whole: string) =>
    `${whole.slice(0, 4)} ${whole.slice(4, 8)} ${whole.slice(8, 12)} ${whole.slice(12, 16)}`;
  const ceremony = sha256(textOf('events.jsonl').split('\n')[0] ?? '');
  for (const page of seen.pages)
    assert.ok(read(page).includes(`script ${short(opening.script)} ceremony ${short(ceremony)}`));
});

test('fingerprints: upper case, 64 digits on one line, as they are searched for', () => {
  const certificate = new X509Certificate(bytesOf('certificates/root.crt'));
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  for (const bytes of [bytesOf('certificates/root.crt'), bytesOf('crls/root.crl'), spki]) {
    const expected = digest(bytes).toUpperCase();
    assert.ok(
      seen.text.split('\n').some((line) => line.trim() === expected),
      expected,
    );
  }
});

test('no digest of 64 digits is cut or wrapped anywhere', () => {
  const whole = new Set(textOf('events.jsonl').match(/[0-9a-f]{64}/g));
  const plan = textOf('plan.json');
  for (const found of seen.text.match(/[0-9a-f]{60,}/gi) ?? []) assert.ok(found.length >= 64, found);
  const shown = events.flatMap((event) => (event.type === 'proposed' ? [event.digest] : []));
  for (const one of [...shown, digest(bytesOf('manifest.json'))]) assert.ok(seen.text.includes(one), one);
  assert.ok(whole.size > 20 && plan.length > 0);
});

test('the cover: what, how it ended, when, where, by which digests', () => {
  const cover = read(seen.pages[0] ?? '');
  for (const expected of [
    'REHEARSAL, COMPLETE',
    'complete: every step was run to the end',
    '2027-03-01, 08:58:12 to 09:',
    'Class 5 vault, two doors, dual occupancy',
    'root-key-generation, first-crl',
    'Example CPS 1.2, sections 6.1.1 and 6.2',
    'CHG-2027-0042',
    'Petra Paulsen, Quentin Quist (2 needed)',
    'quorate 0.1.0, on node v26.10.0 linux x64',
    digest(bytesOf('authorization.json')),
    digest(bytesOf('script.yaml')),
    digest(bytesOf('manifest.json')),
    sha256('program'),
  ]) {
    assert.ok(cover.includes(expected), expected);
  }
});

test('digests in words: eight numbered rows of four, beside their hexadecimal', () => {
  const page = seen.pages.find((one) => one.includes('Digests in words') && one.includes('read aloud')) ?? '';
  for (const path of ['authorization.json', 'script.yaml', 'manifest.json']) {
    const hex = digest(bytesOf(path));
    const words = digestWords(hex);
    for (let row = 0; row < 8; row++) {
      const groups = `${hex.slice(row * 8, row * 8 + 4)} ${hex.slice(row * 8 + 4, row * 8 + 8)}`;
      const expected = `${row + 1} ${groups} ${words.slice(row * 4, row * 4 + 4).join(' ')}`;
      assert.ok(
        page.split('\n').some((line) => read(line).trim() === expected),
        expected,
      );
    }
  }
});

test('the head at the end of every act, in words', () => {
  const chain = textOf('chain.jsonl').trim().split('\n');
  const ends = events.filter((event) => event.type === 'act' && event.phase === 'end');
  assert.equal(ends.length, 5);
  for (const end of ends) {
    const words = digestWords(sha256(chain[end.seq - 1] ?? ''));
    for (let row = 0; row < 8; row++)
      assert.ok(
        read(seen.text).includes(words.slice(row * 4, row * 4 + 4).join(' ')),
        `event ${end.seq} row ${row + 1}`,
      );
  }
});

test('participants: role, duty, name, organisation, evidence, presence', () => {
  const page = read(seen.flow);
  for (const expected of [
    'Alice Ames',
    'Example Org, Malmö',
    'crypto-officer-5',
    '7B2F00A1',
    'Example Card 3, generated here',
    'ink only: asserted',
    'not called',
    'Conducts; types; decides nothing alone',
  ]) {
    assert.ok(page.includes(expected), expected);
  }
  const presence = events.find((event) => event.type === 'statement' && event.seat === 'crypto-officer-1');
  assert.ok(page.includes(`signed ${presence?.at.slice(11, 19)}`));
});

test('the key inventory has every field', () => {
  const text = read(seen.text);
  for (const expected of [
    'Key "root"',
    'example-root-g1',
    sha256('id').slice(0, 40),
    'ECDSA P-384',
    '384 bits',
    'CKM_EC_KEY_PAIR_GEN',
    'Example, Example HSM 7, firmware 7.7.1 serial 1390542160001',
    'made by the token itself: CKA_LOCAL is true for both objects',
    'scheme FIPS 140-3, certificate 4711, level 3, mode approved (stated by the site binding)',
    'private WRAP_WITH_TRUSTED',
    'CKA_EC_POINT is a raw point, not an OCTET STRING',
    'private EXTRACTABLE no no',
    'private NEVER_EXTRACTABLE – yes',
  ]) {
    assert.ok(text.includes(expected), expected);
  }
});

test('certificate and CRL as openssl reads them', () => {
  const text = read(seen.text);
  const certificate = new X509Certificate(bytesOf('certificates/root.crt'));
  const utc = (date: string) => `${new Date(date).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const serial = certificate.serialNumber.toLowerCase();
  assert.match(text, new RegExp(`Serial number (00)?${serial} `));
  assert.ok(text.includes(`Not before ${utc(certificate.validFrom)} Not after ${utc(certificate.validTo)}`));
  assert.ok(text.includes('Subject C = US O = Example Org CN = Example Root CA G1'));
  assert.ok(text.includes('basicConstraints critical CA: TRUE path length: no limit'));
  assert.ok(text.includes('keyUsage critical keyCertSign, cRLSign'));
  assert.ok(text.includes('ecdsa-with-SHA384 (1.2.840.10045.4.3.3)'));
  assert.ok(text.includes('CRL 1 of "Example Root CA G1"'));
  assert.ok(text.includes('Revoked certificates none'));
});

test('each operation: its digest, who approved with which token when, M of N, what protected it', () => {
  const text = read(seen.text);
  const proposals = events.filter((event) => event.type === 'proposed');
  assert.equal(proposals.length, 5);
  for (const approval of events.filter((event) => event.type === 'approval')) {
    assert.match(
      text,
      new RegExp(`${approval.token} generated here ${approval.at.slice(11, 19)} event ${approval.seq}\\b`),
    );
  }
  assert.equal(text.match(/[35] approved, 3 of 5 needed: met crypto officers, class "/g)?.length, 5);
  assert.equal(text.match(/What protected it sealed shares \(the PIN was in this computer's memory\)/g)?.length, 5);
  assert.ok(text.includes('Carol Čapek crypto-officer-3 DECLINED the next update is later than I was told'));
});

test('every step of the transcript stands in order, with its events', () => {
  const text = read(seen.text);
  let at = text.indexOf('5 Every step, in order', text.indexOf('1 Participants Role'));
  assert.ok(at > 0);
  const steps = events.filter((event) => event.type === 'step');
  for (const begin of steps.filter(({ phase }) => phase !== 'end')) {
    const end = steps.find(({ step, phase }) => step === begin.step && phase === 'end');
    const last = end?.seq ?? (begin.kind === 'close' ? events.length : begin.seq);
    const range = last > begin.seq ? `events ${begin.seq}–${last}` : `event ${begin.seq}`;
    const found = text.indexOf(range, at);
    assert.ok(found > at, `${begin.step}: "${range}"`);
    at = found;
  }
});

test('refusals, declined approvals and skipped steps: inline and in one list', () => {
  const text = read(seen.flow);
  for (const expected of [
    'REFUSED PIN_INCORRECT, Carol Čapek: the PIN was not accepted by the quorum token "7B2F00A3"; 2 tries are left',
    'DECLINED Carol Čapek declined operation 5: the next update is later than I was told',
    'SKIPPED step "key-read" was not answered "no"',
    'Gus Hall: APPROVAL_ROLE: "witness" is witness; class "sign" is approved by crypto-officer',
  ]) {
    assert.ok(text.includes(expected), expected);
  }
});

test('share sets: threshold, holders, commitments, envelopes', () => {
  const text = read(seen.text);
  assert.equal(text.match(/Threshold 3 of 5/g)?.length, 2);
  for (const kind of ['user', 'so']) {
    for (let officer = 1; officer <= 5; officer++) {
      assert.ok(text.includes(sha256(`commitment ${kind} crypto-officer-${officer}`)));
      assert.ok(text.includes(sha256(`envelope ${kind} crypto-officer-${officer}`)));
    }
  }
});

test('every file of the manifest with its digest', () => {
  const text = read(seen.text);
  const manifest = JSON.parse(textOf('manifest.json')) as { files: { path: string; sha256: string; size: number }[] };
  assert.ok(manifest.files.length > 40);
  for (const file of manifest.files) assert.ok(text.includes(`${file.path} ${file.size} ${file.sha256}`), file.path);
});

test('statements as they were signed, and a line for ink for everybody who was called', () => {
  const text = read(seen.text);
  assert.ok(text.includes('“I saw every step done as written, but for the deviations recorded.”'));
  assert.ok(text.includes('Ivo Tester Sign-off, on paper: asserted'));
  assert.equal(text.match(/Signature Date and time \(UTC\)/g)?.length, 8);
  const ink = seen.pages.find((page) => page.includes('Signatures in ink'));
  assert.equal(ink?.match(/Date and time \(UTC\)/g)?.length, 8, 'all lines to sign on are on one page');
  assert.ok(ink.includes(digest(bytesOf('manifest.json'))), 'with the digest that the ink is about');
  assert.equal(text.match(/What this person signs here is asserted: no program has checked it\./g)?.length, 2);
});

test('the version names the packages that are installed', () => {
  const require = createRequire(import.meta.url);
  const version = (name: string) => {
    const path = require.resolve(name).replace(new RegExp(`(node_modules/${name})/.*`), '$1/package.json');
    return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  };
  const fonts = require.resolve('dejavu-fonts-ttf/package.json');
  const fontVersion = (JSON.parse(readFileSync(fonts, 'utf8')) as { version: string }).version;
  assert.equal(REPORT_VERSION, `1 pdfkit/${version('pdfkit')} dejavu-fonts-ttf/${fontVersion}`);
});
