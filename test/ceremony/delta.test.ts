import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readLedger } from '../../src/ledger/read.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { cRLNumber, deltaCRLIndicator, reasonCode } from '../../src/x509/crl-extensions.ts';
import { quorate, verifyShell } from './played-pack.ts';

const written = (name: string) => join(PROGRAM_ROOT, 'test', 'ceremony', 'scripts', `${name}.yaml`);
/** Its CRL says where its delta CRLs are: without that openssl looks at none. */
const batchScript = () =>
  readFileSync(join(PROGRAM_ROOT, 'ceremonies', 'device-batch.yaml'), 'utf8').replace(
    'previous: last-crl,',
    'previous: last-crl, freshest: http://pki.example.com/example-root-g1-delta.crl,',
  );

/*
 * A private root: a complete CRL, then a delta CRL that revokes one CA and puts another on hold, one that releases it, and a
 * complete one beside a delta CRL. Each ceremony follows the pack before.
 */
describe('delta CRLs, from one ceremony to the next', { concurrency: false }, () => {
  let folder = '';
  let roster = '';
  const [FIRST, HELD, RELEASED, BOTH] = ['01-device-batch', '02-delta-hold', '03-delta-release', '04-crl-with-delta'];
  const at = (pack: string | undefined, path: string) => join(folder, 'packs', String(pack), path);
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-delta-test-'));
    const first = join(folder, 'device-batch.yaml');
    writeFileSync(first, batchScript());
    const scripts = [first, ...['delta-hold', 'delta-release', 'crl-with-delta'].map(written)];
    const { status, stdout, stderr } = quorate('rehearse', ...scripts, '--out', join(folder, 'packs'), '--json');
    assert.equal(status, 0, stderr.slice(-3000));
    roster = (JSON.parse(stdout.split('\n')[0] as string) as { roster: string }).roster;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const complete = (pack: string | undefined) => at(pack, 'publish/example-root-g1.crl');
  const delta = (pack: string | undefined) => at(pack, 'publish/example-root-g1-delta.crl');
  const read = (path: string) => parseCrl(readFileSync(path));
  const serialOf = (name: string) =>
    readLedger(readFileSync(at(BOTH, 'ledger.json'))).certificates.find((one) => one.name === name)?.serial;
  const said = (path: string) =>
    Array.from(read(path).revoked, ({ serial, extensions }) => [serial, reasonCode(extensions)]);
  const numbers = (path: string) => {
    const { extensions } = read(path);
    return [cRLNumber(extensions), deltaCRLIndicator(extensions)];
  };

  test('both verifiers find nothing in any pack, and nothing from one to the next', () => {
    const packs = [HELD, RELEASED, BOTH].map((pack) => at(pack, ''));
    const { status, stdout } = quorate('verify', ...packs, '--expect', 'rehearsal', '--roster', roster);
    // The first of them follows a pack that is not shown: a rehearsal of a batch invents the root's.
    assert.equal(status, 1, stdout);
    assert.equal(stdout.match(/^evidence pack .*: no findings$/gm)?.length, 3, stdout);
    assert.deepEqual(stdout.match(/^CHAIN-[A-Z-]+/gm), ['CHAIN-GAP']);
    for (const pack of packs) assert.equal(verifyShell(pack, roster).status, 0);
  });

  test('complete and delta CRLs have one sequence of numbers, and start from the last complete one', () => {
    assert.deepEqual(numbers(complete(FIRST)), [2n, undefined]);
    assert.deepEqual([HELD, RELEASED, BOTH].map(delta).map(numbers), [
      [3n, 2n],
      [4n, 2n],
      [5n, 2n],
    ]);
    assert.deepEqual(numbers(complete(BOTH)), [5n, undefined]);
    assert.equal(read(complete(BOTH)).thisUpdate.at, read(delta(BOTH)).thisUpdate.at);
    assert.deepEqual(
      readLedger(readFileSync(at(BOTH, 'ledger.json'))).crls.map(({ name, number, base }) => [name, number, base]),
      [
        ['root', '1', undefined],
        ['root', '2', undefined],
        ['root-delta', '3', '2'],
        ['root-delta', '4', '2'],
        ['root', '5', undefined],
        ['root-delta', '5', '2'],
      ],
    );
  });

  test('each lists all that has changed: an addition, a hold, its release; the complete one has no trace of that', () => {
    const [gone, doubted, late] = ['requests-1', 'requests-2', 'requests-3'].map(serialOf);
    assert.deepEqual(said(delta(HELD)), [
      [gone, 'cessationOfOperation'],
      [doubted, 'certificateHold'],
    ]);
    assert.deepEqual(said(delta(RELEASED)), [
      [gone, 'cessationOfOperation'],
      [doubted, 'removeFromCRL'],
    ]);
    assert.deepEqual(said(delta(BOTH)), [...said(delta(RELEASED)), [late, 'superseded']]);
    assert.deepEqual(said(complete(BOTH)), [
      [gone, 'cessationOfOperation'],
      [late, 'superseded'],
    ]);
  });

  const pem = (kind: 'x509' | 'crl', path: string) => {
    const out = join(folder, `${path.replaceAll('/', '-')}.pem`);
    execFileSync('openssl', [kind, '-inform', 'DER', '-in', path, '-out', out]);
    return out;
  };
  const root = () => {
    const row = readLedger(readFileSync(at(BOTH, 'ledger.json'))).certificates.find(({ name }) => name === 'root');
    return pem('x509', at(BOTH, `previous/certificates/${row?.sha256}.crt`));
  };
  const certificate = (name: string) => pem('x509', at(FIRST, `certificates/${name}.crt`));
  /** What openssl says of a CA, by these CRLs and no others. */
  const judged = (name: string, ...crls: readonly string[]) => {
    const all = join(folder, 'crls.pem');
    execFileSync('sh', ['-c', `cat "$@" > ${all}`, 'sh', ...crls.map((crl) => pem('crl', crl))]);
    const options = ['-crl_check', '-extended_crl', '-use_deltas', '-CRLfile', all, '-CAfile', root()];
    const { status, stdout, stderr } = spawnSync('openssl', ['verify', ...options, certificate(name)], {
      encoding: 'utf8',
    });
    return status === 0 ? 'OK' : (/error \d+ at \d depth lookup: (.*)/.exec(stderr)?.[1] ?? stdout);
  };

  test('openssl rejects a chain by the complete CRL and the delta CRL, and takes it again once that removes it', () => {
    const byAll = (crl: string) =>
      ['requests-1', 'requests-2', 'requests-3'].map((name) => judged(name, complete(FIRST), crl));
    assert.deepEqual(
      ['requests-1', 'requests-2', 'requests-3'].map((name) => judged(name, complete(FIRST))),
      ['OK', 'OK', 'OK'],
    );
    assert.deepEqual(byAll(delta(HELD)), ['certificate revoked', 'certificate revoked', 'OK']);
    assert.deepEqual(byAll(delta(RELEASED)), ['certificate revoked', 'OK', 'OK']);
    assert.deepEqual(byAll(delta(BOTH)), ['certificate revoked', 'OK', 'certificate revoked']);
    assert.deepEqual(
      ['requests-1', 'requests-2', 'requests-3'].map((name) => judged(name, complete(BOTH))),
      ['certificate revoked', 'OK', 'certificate revoked'],
    );
  });

  test('openssl and certtool read them as they are meant', () => {
    const text = execFileSync('openssl', ['crl', '-noout', '-text', '-in', pem('crl', delta(RELEASED))]).toString();
    assert.match(text, /X509v3 Delta CRL Indicator: critical\n +2\n/);
    assert.match(text, /Remove From CRL/);
    const full = execFileSync('openssl', ['crl', '-noout', '-text', '-in', pem('crl', complete(BOTH))]).toString();
    assert.match(
      full,
      /X509v3 Freshest CRL: \n +Full Name:\n +URI:http:\/\/pki\.example\.com\/example-root-g1-delta\.crl\n/,
    );
    const other = execFileSync('certtool', ['--crl-info', '--inder', '--infile', delta(RELEASED)]).toString();
    assert.match(other, /CRL Number \(not critical\): 04\n/);
    assert.match(other, /Revoked certificates \(2\):/);
    assert.match(other, /2\.5\.29\.27 \(critical\):/);
  });

  test('a delta CRL has dates of its own, and what is published is held to it', () => {
    const anchor = ['--expect', 'rehearsal', '--roster', roster];
    const dates = quorate('calendar', at(BOTH, ''), ...anchor);
    assert.match(dates.stdout, /delta CRL ends +delta CRL "root-delta" of "root"\n +number 5, since CRL 2, from/);
    assert.doesNotMatch(dates.stdout, /delta CRL "root-delta" of "root" holds no longer/);
    assert.match(dates.stdout, /CRL ends +CRL "root" of "root"\n +number 5, from/);
    const newest = quorate('check-published', at(BOTH, ''), delta(BOTH), complete(BOTH), ...anchor);
    assert.equal(newest.status, 0, newest.stdout);
    assert.match(newest.stdout, /: delta CRL of "root", number 5, 3 listed, until .*\n/);
    const old = quorate('check-published', at(BOTH, ''), delta(RELEASED), ...anchor);
    assert.equal(old.status, 1);
    assert.match(old.stdout, /PUBLISHED-NUMBER: .*it has number 4, expected 5, the newest/);
  });

  test('a script that claims a public policy is refused, with the clause', () => {
    const script = join(folder, 'public.yaml');
    const text = readFileSync(written('delta-hold'), 'utf8').replace(
      'rules: [rfc5280, private]',
      'rules: [rfc5280, cabf-tls]',
    );
    writeFileSync(script, text);
    const { status, stdout } = quorate('lint', script);
    assert.notEqual(status, 0);
    assert.match(stdout, /the script claims "cabf-tls", under which there is no delta CRL \(TLS BR 2\.2\.6 §7\.2\)/);
    assert.match(
      stdout,
      /the script claims "cabf-tls", under which there is no certificate on hold \(TLS BR 2\.2\.6 §7\.2\.2\)/,
    );
  });
});
