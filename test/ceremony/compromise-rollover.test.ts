import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { cRLNumber, reasonCode } from '../../src/x509/crl-extensions.ts';
import { playedPack } from './played-pack.ts';

const SHIPPED = join(PROGRAM_ROOT, 'ceremonies');

describe('a CA is lost: it is revoked, and all below the root are issued anew', { concurrency: false }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-rollover-test-'));
    playedPack(join(SHIPPED, 'device-batch.yaml'), join(folder, 'issued'), []);
    playedPack(join(SHIPPED, 'compromise-rollover.yaml'), join(folder, 'replaced'), [], join(folder, 'issued'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const at = (path: string) => join(folder, 'replaced', path);
  const crlOf = (pack: string) => parseCrl(readFileSync(join(folder, pack, 'publish', 'example-root-g1.crl')));
  /** In PEM, which openssl reads everywhere. */
  const pem = (path: string) => {
    const out = join(folder, `${path.replaceAll('/', '-')}.pem`);
    execFileSync('openssl', ['x509', '-inform', 'DER', '-in', path, '-out', out]);
    return out;
  };
  const root = () => {
    const carried = readdirSync(at('previous/certificates')).map((name) => at(`previous/certificates/${name}`));
    const found = carried.find((path) => {
      const { subject, issuer } = parseCertificate(readFileSync(path));
      return Buffer.compare(subject.der, issuer.der) === 0;
    });
    return pem(found ?? '');
  };
  const judged = (certificate: string, pack: string) => {
    const crl = join(folder, pack, 'crls', 'example-root-g1.pem');
    const options = ['-crl_check', '-CRLfile', crl, '-CAfile', root(), pem(certificate)];
    return spawnSync('openssl', ['verify', '-x509_strict', ...options], { encoding: 'utf8' });
  };

  test('the CRL revokes the one that is lost, for that reason, and nothing else', () => {
    const lost = parseCertificate(readFileSync(join(folder, 'issued', 'certificates', 'requests-1.crt')));
    assert.deepEqual(
      Array.from(crlOf('replaced').revoked, ({ serial, extensions }) => [serial, reasonCode(extensions)]),
      [[lost.serial.hex, 'keyCompromise']],
    );
    assert.equal(cRLNumber(crlOf('replaced').extensions), (cRLNumber(crlOf('issued').extensions) ?? 0n) + 1n);
  });

  test('openssl takes every new chain, and of the old ones not the one that is lost', () => {
    const made = readdirSync(at('certificates')).filter((name) => name.endsWith('.crt'));
    assert.equal(made.length, 5);
    for (const name of made) assert.equal(judged(at(`certificates/${name}`), 'replaced').status, 0, name);
    const old = (name: string) => join(folder, 'issued', 'certificates', name);
    const lost = judged(old('requests-1.crt'), 'replaced');
    assert.notEqual(lost.status, 0);
    assert.match(lost.stderr, /certificate revoked/);
    assert.equal(judged(old('requests-1.crt'), 'issued').status, 0);
    assert.equal(judged(old('requests-2.crt'), 'replaced').status, 0);
  });

  test('no new certificate is of a key that was certified before', () => {
    const keys = (pack: string) =>
      readdirSync(join(folder, pack, 'certificates'))
        .filter((name) => name.endsWith('.crt'))
        .map((name) => parseCertificate(readFileSync(join(folder, pack, 'certificates', name))).spki.der)
        .map((spki) => Buffer.from(spki).toString('hex'));
    const before = new Set(keys('issued'));
    assert.equal(
      keys('replaced').some((key) => before.has(key)),
      false,
    );
  });

  test('who is told is on record, and what is published is handed over', () => {
    const events = readFileSync(at('events.jsonl'), 'utf8');
    assert.match(events, /"step":"told","type":"answer".*"relying-parties":/);
    assert.match(events, /"step":"publish-away"/);
    const report = execFileSync('pdftotext', ['-layout', at('views/report.pdf'), '-'], { encoding: 'utf8' });
    assert.match(report, /"requests-1" is to be revoked/);
    assert.match(report, /the rule packs of the script set none/);
  });
});
