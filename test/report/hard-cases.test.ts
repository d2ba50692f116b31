import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { readRecord } from '../../src/report/record.ts';
import { renderReport } from '../../src/report/report.ts';
import { buildPack, type Files, sourceOf } from './fixture/pack.ts';
import { look, type Seen } from './fixture/pdf.ts';

let whole: Files;

before(async () => {
  whole = await buildPack();
});

async function seenOf(files: Files): Promise<Seen> {
  const seen = look(await renderReport(sourceOf(files)));
  assert.equal(seen.check.status, 0, seen.check.output);
  holdToPage(seen);
  return seen;
}

/** A4 with margins of 54 points; the band of a rehearsal goes over the edges. */
function holdToPage(seen: Seen): void {
  for (const { text, page, box } of seen.words) {
    const [left, top, right, bottom] = box;
    if (bottom < 24) continue;
    assert.ok(left >= 53.5 && right <= 541.8, `page ${page}: "${text}" from ${left} to ${right}`);
    assert.ok(top >= 36 && bottom <= 824, `page ${page}: "${text}" at ${top}`);
  }
}

function read(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function changed(path: string, bytes: Uint8Array | undefined): Files {
  const files = new Map(whole);
  if (bytes) files.set(path, bytes);
  else files.delete(path);
  return files;
}

test('text that is very long, wide, of other scripts or hidden stays on the page and reads as what it is', async () => {
  const names = new Map([
    ['crypto-officer-1', `Prof. Dr. ${'Maximiliana-Alexandra von und zu '.repeat(6)}Ende`],
    ['crypto-officer-2', '山田太郎'],
    ['crypto-officer-4', 'X'.repeat(180)],
    ['witness', 'שלום'],
    ['administrator', 'Zoë Ångström-Ünal'],
  ]);
  const changes = { title: `Root ${'a very long title '.repeat(14)}`.trim(), say: 'W'.repeat(400) };
  const subject = '/C=US/O=Example \\\\ Org/CN=例え\u202Egnp.exe';
  const seen = await seenOf(await buildPack({ names, changes, subject }));
  const text = read(seen.flow);
  assert.ok(text.includes('Zoë Ångström-Ünal'));
  assert.ok(text.includes('\\u{5C71}\\u{7530}\\u{592A}\\u{90CE}'), 'CJK, which the typeface lacks');
  assert.ok(text.includes('\\u{5E9}\\u{5DC}\\u{5D5}\\u{5DD}'), 'Hebrew, which would read backwards');
  assert.ok(text.includes('CN = \\u{4F8B}\\u{3048}\\u{202E}gnp.exe'), 'a bidirectional override');
  assert.ok(text.includes('O = Example \\u{5C} Org'), 'a backslash');
  assert.equal(text.replaceAll(' ', '').match(/W{400}/g)?.length, 1);
  assert.ok(text.replaceAll(' ', '').includes('X'.repeat(180)));
  assert.ok(text.includes(changes.title), 'the cover has the whole title');
  assert.doesNotMatch(seen.flow, /[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufffd]/);
});

test('a step with hundreds of lines goes on over pages, with the head of the table and the act repeated', async () => {
  const say = Array.from({ length: 160 }, (_, index) => `line ${index + 1} of what is said`).join('\n');
  const seen = await seenOf(await buildPack({ changes: { say } }));
  for (let line = 1; line <= 160; line++) assert.ok(seen.text.includes(`line ${line} of what is said`), `line ${line}`);
  const pages = seen.pages.filter((page) => /line \d+ of what is said/.test(page));
  assert.ok(pages.length >= 3);
  for (const page of pages.slice(1)) {
    assert.match(page, /Step +Activity, and what was recorded +People +Time \(UTC\)/);
    assert.match(page, /Act 1 +Opening, continued/);
  }
});

test('an aborted ceremony: no certificate, what was not run, why', async () => {
  const seen = await seenOf(await buildPack({ abortIn: 'root-key' }));
  const text = read(seen.flow);
  assert.ok(text.includes('REHEARSAL, ABORTED'));
  assert.ok(text.includes('No key, certificate or CRL was made.'));
  assert.ok(text.includes('ABORTED QUORUM_NOT_MET: 2 of 3 needed people approved this "generate-key" operation'));
  assert.ok(text.includes('NOT ENDED no end of this step is recorded'));
  assert.ok(text.includes('Steps of the plan that were not run: 20'));
  assert.ok(text.includes('not done approved but not begun'));
  assert.ok(text.includes('refused 13 root-key Bob Brandt: PIN_LOCKED: the PIN of token "7B2F00A2" is locked'));
});

test('an interrupted one, without manifest and plan, and with lines withheld', async () => {
  const files = await buildPack({ interrupted: true, withhold: [7, 9] });
  const record = readRecord(sourceOf(files));
  const seen = await seenOf(files);
  const text = read(seen.flow);
  assert.ok(text.includes('REHEARSAL, INTERRUPTED'));
  assert.ok(text.includes('there is none: the ceremony was not closed'));
  assert.ok(text.includes('There is no manifest: the ceremony was not closed.'));
  assert.ok(text.includes('the pack has no "plan.json"'));
  assert.match(text, /NOT SHOWN event 7: withheld, level restricted; its SHA-256: [0-9a-f]{64} /);
  assert.ok(text.includes(record.lines[6]?.leaf ?? 'no leaf'));
  assert.ok(text.includes('event 9: withheld, level public'));
  assert.ok(text.includes('No step was begun.') === false && text.includes('confirm start'));
});

test('bytes after the last line are named and left out', async () => {
  const events = whole.get('events.jsonl') ?? new Uint8Array();
  const torn = changed('events.jsonl', Buffer.concat([events, Buffer.from('{"at":"2027')]));
  const seen = await seenOf(torn);
  assert.ok(
    read(seen.flow).includes('events.jsonl: 11 bytes after its last line were never committed and are left out'),
  );
});

test('each document missing or malformed is named, and the rest is shown', async () => {
  for (const path of [
    'plan.json',
    'people.json',
    'roster/roster.json',
    'authorization.json',
    'manifest.json',
    'chain.jsonl',
    'script.yaml',
  ]) {
    for (const bytes of [
      undefined,
      new Uint8Array(0),
      new TextEncoder().encode('{"a":1}'),
      Uint8Array.of(0xff, 0, 0x0a),
    ]) {
      const text = read((await seenOf(changed(path, bytes))).flow);
      assert.ok(text.includes('Every step, in order') && text.includes('PIN_INCORRECT'), path);
      if (bytes === undefined) assert.ok(text.includes(`the pack has no "${path}"`), path);
    }
  }
});

test('a certificate or CRL that cannot be read keeps its fingerprint', async () => {
  const bad = await seenOf(changed('certificates/root.crt', Uint8Array.of(0x30, 0x80)));
  assert.ok(read(bad.flow).includes('Certificate certificates/root.crt Certificate, SHA-256 of the DER'));
  assert.match(read(bad.flow), /It cannot be read: certificates\/root\.crt/);
  const crl = await seenOf(changed('crls/root.crl', Uint8Array.of(1, 2, 3)));
  assert.match(read(crl.flow), /It cannot be read: crls\/root\.crl/);
});

test('a file that the manifest lists and the pack lacks', async () => {
  const seen = await seenOf(changed('certificates/root.crt', undefined));
  assert.ok(read(seen.flow).includes('certificates/root.crt is listed in the manifest, and missing from the pack'));
});

test('a line that is no event is shown as that', async () => {
  const lines = new TextDecoder().decode(whole.get('events.jsonl')).split('\n');
  const seen = await seenOf(
    changed('events.jsonl', new TextEncoder().encode(lines.with(30, '{"type":"miracle"}').join('\n'))),
  );
  assert.ok(read(seen.flow).includes('event line 31 has the type "miracle"'));
});

test('an event that lacks a member of its type is not shown, and is named', async () => {
  const lines = new TextDecoder().decode(whole.get('events.jsonl')).split('\n');
  const types = new Set<string>();
  const broken = lines.map((line) => {
    const event = line === '' ? {} : (JSON.parse(line) as Record<string, unknown>);
    const type = String(event['type']);
    if (line === '' || type === 'opening' || types.has(type)) return line;
    types.add(type);
    const kept = ['type', 'at', 'salt', 'seq'].map((key) => [key, event[key]]);
    return JSON.stringify(Object.fromEntries(kept.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))));
  });
  const seen = await seenOf(changed('events.jsonl', new TextEncoder().encode(broken.join('\n'))));
  assert.ok(types.size >= 12);
  for (const type of types)
    assert.match(
      read(seen.flow),
      new RegExp(`not shown: "[a-zA-Z]+" of an event of type "${type}" is not there`),
      type,
    );
});

test('a folder without an opening event has no report', async () => {
  const refused = (files: Files) =>
    assert.rejects(renderReport(sourceOf(files)), (error) => {
      assert.ok(error instanceof CeremonyError);
      assert.equal(error.code, 'PACK_UNREADABLE');
      assert.equal(error.message, '"events.jsonl" does not begin with an opening event');
      return true;
    });
  await refused(new Map());
  await refused(changed('events.jsonl', undefined));
  await refused(changed('events.jsonl', new Uint8Array(0)));
  const lines = new TextDecoder().decode(whole.get('events.jsonl')).split('\n');
  await refused(changed('events.jsonl', new TextEncoder().encode(lines.slice(1).join('\n'))));
});

test('what a token reports otherwise than asked is marked', async () => {
  const text = new TextDecoder().decode(whole.get('events.jsonl'));
  const asked = '"EXTRACTABLE":false,"LABEL":"example-root-g1","LOCAL":true';
  assert.ok(text.includes(asked));
  const seen = await seenOf(
    changed('events.jsonl', new TextEncoder().encode(text.replace(asked, asked.replace('false', 'true')))),
  );
  assert.ok(read(seen.flow).includes('private EXTRACTABLE no DIFFERS: true'));
});
