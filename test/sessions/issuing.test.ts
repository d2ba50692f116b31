import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { hexGroups, sha256 } from '../../src/base/digest.ts';
import { lastRowOf, wordRows } from '../../src/base/words.ts';
import type { Event } from '../../src/transcript/event.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCertificationRequest } from '../../src/x509/certification-request.ts';
import { ecPair, requestOf } from '../pki/requests.ts';
import { type Act, layTable, QUORATE, ROOT, Session, type Table } from './table.ts';

const SIGNING = join(ROOT, 'test', 'script', 'examples', 'intermediate-signing.yaml');
const END = /The ceremony has ended/;
const READ = /Plug in the medium "inbox"[\s\S]*Press Enter when it is done$/;
const FROM_PAPER = /From your own paper: type the last row of the words of "request\.spki"\n\? .*four words$/;

/** The second ceremony of a CA: what the first one left, and what a stranger brings. */
describe('a subordinate CA is signed at the table', { concurrency: false }, () => {
  let table: Table;

  before(() => {
    table = layTable(SIGNING);
  });
  after(() => table.remove());

  it('with refused requests, a mistyped row and kill -9 on the way, to a pack that verifies', async () => {
    const inbox = join(table.folder, 'media', 'inbox.1', 'request.csr');
    const request = readFileSync(inbox);
    const key = sha256(parseCertificationRequest(request, 'request.csr').spki.der);
    const paper = lastRowOnPaper(table);
    const brings = (bytes: Uint8Array) => () => writeFileSync(inbox, bytes);
    const forged = Buffer.from(request);
    forged.writeUInt8(forged.readUInt8(forged.length - 1) ^ 1, forged.length - 1);
    const turns = people([
      [READ, () => rmSync(inbox), ''],
      // Nobody has put anything there yet; then a damaged one, that of somebody else, and at last the right one.
      [/FILE_MISSING: "request\.csr" is not on the medium "inbox 1"/, brings(forged), '<Enter>'],
      [/REQUEST_SIGNATURE/, brings(requestOf({ key: ecPair('P-384'), signedWith: 'ecdsa-with-SHA384' })), '<Enter>'],
      [/REQUEST_REFERENCE/, brings(request), '<Enter>'],
      [FROM_PAPER, undefined, 'aardvark absurd accrue acme'],
      [/it is not the last row/, undefined, '<Enter>'],
      [FROM_PAPER, undefined, paper],
    ]);
    const first = new Session(table);
    try {
      // The certificate is signed, the CRL is not.
      await first.playUntil(/24 {2}crl \(issue-crl\)/, turns);
      assert.equal(turns.left(), 0, first.stderr());
      first.kill();
      assertHidden(first, key);
      assertShown(first, key);
      const again = new Session(table, { out: first.out, args: ['--resume'] });
      try {
        await again.playUntil(END);
        again.enter('');
        assert.equal(await again.end(), 0, again.stderr());
        assertOnRecord(again.events());
        assertIssued(again.out, key);
      } finally {
        again.close();
      }
      const anchor = ['--expect', 'rehearsal', '--roster', table.roster];
      const verified = spawnSync(QUORATE, ['verify', first.out, ...anchor], { encoding: 'utf8' });
      assert.equal(verified.status, 0, verified.stdout + verified.stderr);
      assert.match(verified.stdout, /no findings/);
    } finally {
      first.close();
    }
    assertOpening(first);
  });

  /** What is run is shown with the pack that it follows, as the papers of the ceremony before have it. */
  function assertOpening({ still }: Session): void {
    const manifest = sha256(readFileSync(join(table.folder, 'previous', 'manifest.json')));
    const page = still.find((screen) => screen.includes('pack before this')) ?? '';
    assert.ok(page.replace(/\s+/g, ' ').includes(`8 ${lastRowOf(manifest)}`), page);
  }
});

/** A turn at the table: when, what somebody does with their hands, what is typed. */
type Turn = readonly [when: RegExp, does: (() => void) | undefined, ...keys: readonly string[]];

function people(turns: readonly Turn[]): Act & { left(): number } {
  const queue = [...turns];
  const act: Act = (screen) => {
    const [when, does, ...keys] = queue[0] ?? [];
    if (!when?.test(screen)) return undefined;
    queue.shift();
    does?.();
    return keys;
  };
  return Object.assign(act, { left: () => queue.length });
}

/** What the requester has on paper. */
function lastRowOnPaper({ folder }: Table): string {
  const sheet = readFileSync(join(folder, 'practice-pins.txt'), 'utf8');
  const [, row = ''] = /^request-spki,[\s\S]*?^ +8 {2}(.*)$/m.exec(sheet) ?? [];
  return row.replace(/\s+/g, ' ');
}

/** Nothing of the digest was on the screen before its last row had come from paper. */
function assertHidden({ seen }: Session, key: string): void {
  const rows = [...hexGroups(key), ...wordRows(key).map(({ words }) => words.join('  '))];
  const asked = seen.findLastIndex((screen) => FROM_PAPER.test(screen));
  for (const screen of seen.slice(0, asked + 1))
    for (const row of rows) assert.ok(!screen.includes(row), `"${row}" stands on\n${screen}`);
  assert.ok(seen.slice(asked).some((screen) => rows.every((row) => screen.includes(row))));
}

/** What is read aloud of the request, and what the guard had approved, stood still on 80 columns. */
function assertShown({ still }: Session, key: string): void {
  const text = still.join('\n');
  for (const row of [
    / Subject asked for\n {3}organizationName +"Rehearsal requester"$/m,
    /^ Subject of the certificate of step 23: C=US, O=Example Org, CN=REHEARSAL$/m,
  ])
    assert.match(text, row);
  const guard = still.filter((screen) => screen.startsWith(' GUARD ')).join('\n');
  for (const row of [
    /^ {2}Subject\n {4}countryName +"US".*\n {4}organizationName +"Example Org"\n {4}commonName +"REHEARSAL Example TLS CA 1"$/m,
    /^ {2}Not after +\d{4}-\d\d-\d\dT/m,
    /^ {6}path length +0$/m,
    /^ {4}cRLNumber \(2\.5\.29\.20\)\n {6}number +2$/m,
  ])
    assert.match(guard, row);
  const read = guard.replace(/[\s\\]+/g, '');
  assert.ok(read.includes(`SHA-256ofthekey${key}`), 'the key that was compared is the one that is certified');
}

function assertOnRecord(events: readonly Event[]): void {
  const said = events.flatMap((event) =>
    event.type === 'refusal' && event.step === 'read-request' ? [event.code] : [],
  );
  assert.deepEqual(said, ['FILE_MISSING', 'REQUEST_SIGNATURE', 'REQUEST_REFERENCE']);
  const signed = events.flatMap((event) => {
    const proposed = event.type === 'result' ? events[event.proposal - 1] : undefined;
    return proposed?.type === 'proposed' && proposed.step === 'tls-ca-1' ? [proposed.step] : [];
  });
  assert.deepEqual(signed, ['tls-ca-1'], 'it is signed once, whatever was killed after it');
}

function assertIssued(out: string, key: string): void {
  const der = readFileSync(join(out, 'certificates', 'tls-ca-1.crt'));
  assert.equal(sha256(parseCertificate(der).spki.der), key);
}
