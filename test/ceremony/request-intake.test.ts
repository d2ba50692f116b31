import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { lastRowOf } from '../../src/base/words.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import type { Event } from '../../src/transcript/event.ts';
import { eventsIn } from './went-on.ts';

const QUORATE = join(PROGRAM_ROOT, 'bin', 'quorate');
const SCRIPT = join(import.meta.dirname, 'scripts', 'request-intake.yaml');

describe('a ceremony that takes two requests and uses no HSM', () => {
  let folder: string;
  let pack: string;
  let said: string;
  let events: readonly Event[];
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-intake-'));
    pack = join(folder, 'pack');
    const held = spawnSync(QUORATE, ['rehearse', SCRIPT, '--out', pack], { encoding: 'utf8' });
    said = held.stderr;
    assert.equal(held.status, 0, said);
    events = eventsIn(pack);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const rosterOf = () => sha256(readFileSync(join(pack, 'roster', 'roster.json')));
  const openssl = (...args: string[]) => spawnSync('openssl', args, { cwd: pack, encoding: 'utf8' });
  const read = (input: string) =>
    events.flatMap((event) =>
      event.type === 'observation' && event.subject === 'input' && event.facts['input'] === input ? [event.facts] : [],
    )[0];

  test('verifies, by both verifiers, and the second with openssl alone', () => {
    const verified = spawnSync(QUORATE, ['verify', pack, '--expect', 'rehearsal', '--roster', rosterOf()], {
      encoding: 'utf8',
    });
    assert.equal(verified.status, 0, verified.stdout + verified.stderr);
    const script = spawnSync('sh', ['./verify.sh', rosterOf()], { cwd: pack, encoding: 'utf8' });
    assert.equal(script.status, 0, script.stdout);
    for (const name of ['request', 'second']) {
      assert.match(script.stdout, new RegExp(`^ok +requests/${name}\\.pem is requests/${name}\\.csr$`, 'm'));
      assert.match(script.stdout, new RegExp(`^ok +requests/${name}\\.csr is signed with its own key$`, 'm'));
    }
  });

  test('the keys on record are those that openssl finds in the requests, of the algorithms of the script', () => {
    for (const [name, algorithm] of [
      ['request', 'ecdsa-p384'],
      ['second', 'rsa-2048'],
    ] as const) {
      const { status, stdout } = openssl(
        'req',
        '-inform',
        'DER',
        '-in',
        `requests/${name}.csr`,
        '-verify',
        '-noout',
        '-pubkey',
      );
      assert.equal(status, 0);
      const spki = createPublicKey(stdout).export({ format: 'der', type: 'spki' });
      assert.deepEqual([read(name)?.['spkiSha256'], read(name)?.['algorithm']], [sha256(spki), algorithm]);
    }
  });

  test('the requester typed the words from paper, of the key that the authorization names', () => {
    const { references } = JSON.parse(readFileSync(join(pack, 'authorization.json'), 'utf8'));
    const digest = String(read('request')?.['spkiSha256']);
    assert.equal(references['request-spki'], digest);
    const answer = events.find((event) => event.type === 'answer' && event.step === 'spki');
    assert.deepEqual(answer?.type === 'answer' ? [answer.seat, answer.values['words']] : [], [
      'requester-1',
      { 'request.spki': lastRowOf(digest) },
    ]);
  });

  test('its digest is on the screen only after that; what it will not get is read aloud', () => {
    const [, ...parts] = said.split(/^ +[0-9.]+ {2}(?=(?:read-request|spki|differences|read-second) )/m);
    const [reading = '', comparing = '', showing = ''] = parts;
    const row = lastRowOf(String(read('request')?.['spkiSha256']))
      .split(' ')
      .join('  ');
    assert.ok(!reading.includes(row) && comparing.includes(row));
    assert.match(showing, /Only the key of "request" is taken/);
    assert.match(showing, /subjectAltName \(2\.5\.29\.17\)\n +dNSName +"www\.rehearsal\.example"/);
    assert.match(showing, /"As the request would have it"/);
  });

  test('a request can be shown on another computer', () => {
    const shown = spawnSync(QUORATE, ['show', join(pack, 'requests', 'request.pem')], { encoding: 'utf8' });
    assert.equal(shown.status, 0, shown.stderr);
    const text = readFileSync(join(pack, 'requests', 'request.txt'), 'utf8');
    assert.ok(shown.stdout.startsWith(text.trimEnd()), shown.stdout);
  });
});
