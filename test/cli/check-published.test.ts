import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { answering } from '../forge/answering.ts';
import { firstPack, packAfter } from '../forge/chain.ts';
import { type Forged, forge } from '../forge/forge.ts';
import { writePack } from '../forge/written.ts';
import { quorate } from './quorate.ts';

const BIN = fileURLToPath(new URL('../../bin', import.meta.url));

describe('quorate check-published', { concurrency: false }, () => {
  let folder = '';
  let first: Forged;
  let second: Forged;
  let options: readonly string[] = [];
  const check = (...args: readonly string[]) => quorate(folder, 'check-published', ...options, ...args);
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-published-'));
    first = await firstPack();
    second = await packAfter(first);
    writePack(join(folder, '2027'), first.files);
    writePack(join(folder, '2028'), second.files);
    for (const [name, pack] of [
      ['old', first],
      ['www', second],
    ] as const) {
      mkdirSync(join(folder, name));
      for (const file of ['root.crl', 'root.crt'])
        writeFileSync(
          join(folder, name, file),
          pack.files.get(`publish/${file}`) ?? first.files.get(`publish/${file}`) ?? '',
        );
    }
    const roster = second.options.roster ?? '';
    options = ['--expect', 'rehearsal', '--no-report', '--roster', roster, '--as-of', '2027-04-01'];
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('finds nothing where the newest is published, of this ceremony and of earlier ones', async () => {
    const { code, out, err } = await check('2028', 'www/root.crl', 'www/root.crt');
    assert.deepEqual([code, err], [0, ''], out);
    assert.match(
      out,
      /^published files, held to the pack of ceremony 2, as of 2027-04-01T00:00:00Z\nwww\/root\.crl: CRL of "root", number 2, 0 revoked, until .*; publish\/root\.crl of the pack\nwww\/root\.crt: certificate "root", until 2037-03-10T08:59:59Z\nno findings\n$/,
    );
  });

  test('exits with 1 where last year is still published', async () => {
    const { code, out, err } = await check('2028', 'old/root.crl', '--json');
    assert.deepEqual([code, err], [1, '']);
    const { ceremony, files } = JSON.parse(out) as {
      readonly ceremony: number;
      readonly files: readonly { readonly findings: readonly { readonly check: string }[] }[];
    };
    assert.equal(ceremony, 2);
    assert.deepEqual(
      files.map(({ findings }) => findings.map(({ check: id }) => id)),
      [['PUBLISHED-BYTES', 'PUBLISHED-NUMBER']],
    );
  });

  test('takes the name that it has where it was fetched from', async () => {
    const url = 'http://pki.example.com/crl/root.crl';
    const { code, out } = await check('2028', 'old/root.crt', '--as', url);
    assert.equal(code, 1);
    assert.match(out, /\nPUBLISHED-BYTES: old\/root\.crt: .* expected [0-9a-f]{64}, that of publish\/root\.crl\n/);
    assert.equal((await check('2028', 'www/root.crl', '--as', url)).code, 0);
  });

  test('exits with 1 where the CRL that is published has ended by the day that is said', async () => {
    const { code, out } = await check('2028', 'www/root.crl', '--as-of', '2028-03-08T09:00:00Z');
    assert.equal(code, 1);
    assert.match(out, /\nPUBLISHED-FRESH: www\/root\.crl: it ended at 2028-03-08T09:00:00Z, expected one that holds /);
  });

  test('takes from a pipe what another program fetched, in a command that whoever monitors writes', () => {
    const command = `cat "$FILE" | quorate check-published 2028 - ${options.join(' ')}`;
    const run = (file: string) =>
      spawnSync('sh', ['-euc', command], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
        env: { PATH: `${BIN}:${process.env['PATH']}`, FILE: file },
      });
    const sound = run('www/root.crl');
    assert.equal(sound.status, 0, sound.stdout + sound.stderr);
    assert.match(sound.stdout, /\nstandard input: CRL of "root", number 2, /);
    const stale = run('old/root.crl');
    assert.equal(stale.status, 1);
    assert.match(
      stale.stdout,
      /\nPUBLISHED-NUMBER: standard input: it has number 1, expected 2, the newest, from .*\n1 finding\n$/,
    );
    const nothing = run('/dev/null');
    assert.equal(nothing.status, 1);
    assert.match(nothing.stdout, /\nPUBLISHED-READ: standard input: it is empty\n1 finding\n$/);
  });

  test('holds OCSP responses to the pack that has signed them, which an earlier one is where it is named', async () => {
    const signed = await forge({ record: answering() });
    const next = await packAfter(signed);
    for (const [name, pack] of [
      ['answered', signed],
      ['next', next],
    ] as const)
      writePack(join(folder, name), pack.files);
    const anchors = ['--expect', 'rehearsal', '--no-report', '--roster', next.options.roster ?? ''];
    const asOf = ['--as-of', '2027-04-01'];
    const of = (...args: readonly string[]) => quorate(folder, 'check-published', ...anchors, ...args);
    const [one, own] = ['answers', 'own-answers'].map((name) => `answered/publish/ocsp/${name}.ors`) as [
      string,
      string,
    ];
    const sound = await of('answered', one, own, ...asOf);
    assert.deepEqual([sound.code, sound.err], [0, ''], sound.out);
    assert.match(
      sound.out,
      /^answered\/publish\/ocsp\/answers\.ors: OCSP response: "tls-ca-1" good, until .* of the pack$/m,
    );
    const alone = await of('next', one, ...asOf);
    assert.equal(alone.code, 1);
    assert.match(alone.out, /\nPUBLISHED-RECORDED: .*: no OCSP response of the packs that were given .* --earlier/);
    const together = await of('next', one, '--earlier', 'answered', own, ...asOf);
    assert.deepEqual([together.code, together.err], [0, ''], together.out);
    const late = await of('next', one, '--earlier', 'answered', '--as-of', '2029-04-01');
    assert.equal(late.code, 1);
    assert.match(
      late.out,
      /\nPUBLISHED-OCSP-FRESH: .*: it ended at .*, expected one that holds at 2029-04-01T00:00:00Z\n/,
    );
  });

  test('holds nothing to a pack that has findings itself', async () => {
    options = options.map((option) => (option === second.options.roster ? 'ab'.repeat(32) : option));
    const { code, out, err } = await check('2028', 'www/root.crl');
    options = options.map((option) => (option === 'ab'.repeat(32) ? (second.options.roster ?? '') : option));
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /^quorate: PACK_FINDINGS: 1 finding, expected none; the first is 2028: ANCHOR-ROSTER: /);
  });

  test('refuses what it is asked wrongly', async () => {
    const cases: readonly (readonly [args: readonly string[], code: number, message: RegExp])[] = [
      [['2028', '-', '-'], 64, /^quorate: USAGE: "-" is given more than once, and standard input is read once\n/],
      [['2028', 'www/none.crl'], 2, /^quorate: FILE_MISSING: the published file "www\/none\.crl" does not exist\n/],
      [['2028', 'www'], 2, /^quorate: FILE_UNREADABLE: the published file "www" is not a regular file\n/],
      [
        ['2028', 'www/root.crl', 'www/root.crt', '--as', 'http://pki.example.com/root.crl'],
        64,
        /^quorate: USAGE: "--as" says where one file was fetched from, and 2 are given\n/,
      ],
      [
        ['2028', 'www/root.crl', '--as', 'root.crl'],
        64,
        /^quorate: USAGE: "--as" is "root\.crl", expected the http URL /,
      ],
      [['2028'], 64, /^error: missing required argument 'file'/],
    ];
    for (const [args, expected, message] of cases) {
      const { code, out, err } = await check(...args);
      assert.deepEqual([code, out], [expected, '']);
      assert.match(err, message);
    }
  });
});
