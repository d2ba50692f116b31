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
import { ALL_ACCEPT, judgeChain } from '../issue/chain-judges.ts';
import { playedPack } from './played-pack.ts';

const SHIPPED = join(PROGRAM_ROOT, 'ceremonies');

describe('a CA is lost: it is revoked, and all below the root are issued anew', { concurrency: false }, () => {
  let folder = '';
  before(async () => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-rollover-test-'));
    await playedPack(join(SHIPPED, 'device-batch.yaml'), join(folder, 'issued'), []);
    await playedPack(join(SHIPPED, 'compromise-rollover.yaml'), join(folder, 'replaced'), [], join(folder, 'issued'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const at = (path: string) => join(folder, 'replaced', path);
  const crlOf = (pack: string) => parseCrl(readFileSync(join(folder, pack, 'publish', 'example-root-g1.crl')));
  /** In PEM, which openssl reads everywhere. */
  const pem = (kind: 'x509' | 'crl', path: string) => {
    const out = join(folder, `${path.replaceAll('/', '-')}.pem`);
    execFileSync('openssl', [kind, '-inform', 'DER', '-in', path, '-out', out]);
    return out;
  };
  /** What was there before, as the pack carries it: a rehearsal has keys of its own stand for those of the pack it follows. */
  const carried = () =>
    readdirSync(at('previous/certificates'))
      .map((name) => at(`previous/certificates/${name}`))
      .map((path) => ({ path, certificate: parseCertificate(readFileSync(path)) }));
  const root = () => {
    const found = carried().find(
      ({ certificate: { subject, issuer } }) => Buffer.compare(subject.der, issuer.der) === 0,
    );
    return pem('x509', found?.path ?? '');
  };
  const judged = (certificate: string, crl: string) => {
    const options = ['-crl_check', '-CRLfile', crl, '-CAfile', root(), pem('x509', certificate)];
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
    const crl = at('crls/example-root-g1.pem');
    const made = readdirSync(at('certificates')).filter((name) => name.endsWith('.crt'));
    assert.equal(made.length, 5);
    for (const name of made) assert.equal(judged(at(`certificates/${name}`), crl).status, 0, name);
    const serials = new Set(Array.from(crlOf('replaced').revoked, ({ serial }) => serial));
    const old = carried();
    assert.equal(old.length, 6);
    const [last = ''] = readdirSync(at('previous/crls'));
    const before = pem('crl', at(`previous/crls/${last}`));
    for (const { path, certificate } of old) {
      assert.equal(judged(path, before).status, 0, path);
      const now = judged(path, crl);
      if (!serials.has(certificate.serial.hex)) assert.equal(now.status, 0, path);
      else assert.match(now.stderr, /certificate revoked/);
    }
  });

  test('three TLS libraries take the chain of each CA as it is published, before and after', () => {
    const pemIn = (path: string) =>
      execFileSync('openssl', ['x509', '-inform', 'DER', '-in', path], { encoding: 'utf8' });
    for (const pack of ['issued', 'replaced']) {
      const carriedIn = join(folder, pack, 'previous', 'certificates');
      const roots = readdirSync(carriedIn)
        .map((name) => join(carriedIn, name))
        .filter((path) => {
          const { subject, issuer } = parseCertificate(readFileSync(path));
          return Buffer.compare(subject.der, issuer.der) === 0;
        });
      assert.equal(roots.length, 1);
      const trusted = pemIn(roots[0] ?? '');
      const published = join(folder, pack, 'publish');
      const chains = readdirSync(published).filter((name) => name.endsWith('-full-chain.pem'));
      assert.equal(chains.length, 5);
      for (const name of chains) {
        const chain = readFileSync(join(published, name), 'utf8');
        assert.deepEqual(judgeChain(trusted, chain, 'tls-ca'), ALL_ACCEPT, `${pack} ${name}`);
      }
    }
  });

  test('each CA, old and new, is confined to the names of devices', () => {
    const certificates = ['issued', 'replaced'].flatMap((pack) =>
      readdirSync(join(folder, pack, 'certificates'))
        .filter((name) => name.endsWith('.pem'))
        .map((name) => join(folder, pack, 'certificates', name)),
    );
    assert.equal(certificates.length, 10);
    for (const path of certificates) {
      const said = execFileSync('openssl', ['x509', '-in', path, '-noout', '-ext', 'nameConstraints'], {
        encoding: 'utf8',
      });
      assert.match(
        said,
        /critical\s+Permitted:\s+DNS:devices\.example\.com\s+DirName:C = US, O = Example Org\s+Excluded:\s+IP:/,
      );
    }
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
