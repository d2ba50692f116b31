import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { cRLNumber, reasonCode } from '../../src/x509/crl-extensions.ts';
import { playedPack } from './played-pack.ts';

const EXAMPLES = join(PROGRAM_ROOT, 'test', 'script', 'examples');
const SHIPPED = join(PROGRAM_ROOT, 'ceremonies');

describe('a CA is revoked, ceremony after ceremony', { concurrency: false }, () => {
  let folder = '';
  before(async () => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-revoking-test-'));
    await playedPack(join(EXAMPLES, 'intermediate-signing.yaml'), join(folder, 'issued'), []);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const reported = (pack: string) =>
    execFileSync('pdftotext', ['-layout', join(folder, pack, 'views', 'report.pdf'), '-'], { encoding: 'utf8' });
  const crlOf = (pack: string) => parseCrl(readFileSync(join(folder, pack, 'publish', 'example-root-g1.crl')));
  const entries = (pack: string) =>
    Array.from(crlOf(pack).revoked, ({ serial, at, extensions }) => [serial, at.at, reasonCode(extensions)]);

  test('the CRL lists what was decided, and the record says until when it is due', async () => {
    const { events } = await playedPack(
      join(SHIPPED, 'emergency-revocation.yaml'),
      join(folder, 'revoked'),
      [],
      join(folder, 'issued'),
    );
    const { facts } = events().find(({ type, subject }) => type === 'observation' && subject === 'revocation');
    assert.deepEqual([facts.certificate, facts.reason, facts.isCa], ['tls-ca-1', 'cessationOfOperation', true]);
    assert.deepEqual(entries('revoked'), [[facts.serial, facts.revokedAt, facts.reason]]);
    const [revoke, publish] = facts.deadlines;
    const after = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 3_600_000;
    assert.deepEqual([revoke.clause, after(facts.known, revoke.until)], ['TLS BR §4.9.1.2', 7 * 24]);
    assert.deepEqual([publish.clause, after(facts.revokedAt, publish.until)], ['TLS BR §4.9.7', 24]);
  });

  test('the CRL lists what a list names, and the record says what that was', async () => {
    const list = readFileSync(join(SHIPPED, 'crl-refresh.yaml'), 'utf8')
      .replace('issuer: root, optional: true, on: inbox', 'issuer: root, on: inbox')
      .replace(', when: { input: revocations } }', ' }');
    writeFileSync(join(folder, 'with-a-list.yaml'), list);
    const { events } = await playedPack(
      join(folder, 'with-a-list.yaml'),
      join(folder, 'listed'),
      [],
      join(folder, 'issued'),
    );
    const read = events().find(({ type, facts }) => type === 'observation' && facts?.input === 'revocations');
    assert.deepEqual([read.facts.list, read.facts.revoked], ['inputs/revocations.csv', 1]);
    const [, line = ''] = readFileSync(join(folder, 'listed', 'inputs', 'revocations.csv'), 'utf8').split('\n');
    const [serial, at, reason] = line.split(',');
    assert.deepEqual(entries('listed'), [[serial, at, reason]]);
    assert.match(
      readFileSync(join(folder, 'listed', 'inputs', 'revocations.txt'), 'utf8'),
      new RegExp(`^${serial}: "tls-ca-1", cessationOfOperation, on ${at}\\n$`),
    );
  });

  test('its report says what is new', () => {
    assert.match(reported('revoked'), /Since CRL 2\s+0 kept, 1 added, none removed/);
    assert.match(reported('revoked'), /cessationOfOperation\s+this CRL/);
    assert.match(reported('revoked'), /"tls-ca-1" is to be revoked/);
    assert.match(reported('revoked'), /revoke the certificate of the CA \(TLS BR §4\.9\.1\.2\)/);
  });

  test('openssl rejects the chain of what is revoked, and only by that CRL', () => {
    const carried = join(folder, 'revoked', 'previous', 'certificates');
    const files = execFileSync('ls', [carried], { encoding: 'utf8' }).trim().split('\n');
    const pem = (file: string) => {
      const path = join(folder, `${file}.pem`);
      execFileSync('openssl', ['x509', '-inform', 'DER', '-in', join(carried, file), '-out', path]);
      return path;
    };
    const isRoot = (file: string) => {
      const { subject, issuer } = parseCertificate(readFileSync(join(carried, file)));
      return Buffer.compare(subject.der, issuer.der) === 0;
    };
    const [root, issuing] = [files.find(isRoot), files.find((file) => !isRoot(file))];
    assert.ok(root && issuing);
    const judged = (crl: string) => {
      const options = ['-crl_check', '-CRLfile', crl, '-CAfile', pem(root), pem(issuing)];
      return spawnSync('openssl', ['verify', '-x509_strict', ...options], { encoding: 'utf8' });
    };
    const by = judged(join(folder, 'revoked', 'crls', 'example-root-g1.pem'));
    assert.notEqual(by.status, 0);
    assert.match(by.stderr, /certificate revoked/);
    const [last = ''] = execFileSync('ls', [join(folder, 'revoked', 'previous', 'crls')], { encoding: 'utf8' }).split(
      '\n',
    );
    const before = join(folder, 'before.pem');
    execFileSync('openssl', [
      'crl',
      '-inform',
      'DER',
      '-in',
      join(folder, 'revoked', 'previous', 'crls', last),
      '-out',
      before,
    ]);
    assert.equal(judged(before).status, 0);
  });

  test('the next CRL keeps the entry as it is, with a number above', async () => {
    await playedPack(join(SHIPPED, 'crl-refresh.yaml'), join(folder, 'after'), [], join(folder, 'revoked'));
    assert.deepEqual(
      entries('after').map(([, ...rest]) => rest),
      entries('revoked').map(([, ...rest]) => rest),
    );
    const [one, next] = ['revoked', 'after'].map((pack) => cRLNumber(crlOf(pack).extensions) ?? 0n);
    assert.equal(next, (one ?? 0n) + 1n);
    assert.equal(readFileSync(join(folder, 'after', 'inputs', 'revocations.csv'), 'utf8').split('\n').length, 2);
    assert.match(reported('after'), /Since CRL 3\s+1 kept, 0 added, none removed/);
    assert.match(reported('after'), /cessationOfOperation\s+before/);
  });
});
