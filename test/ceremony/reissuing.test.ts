import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { playedPack } from './played-pack.ts';

const QUORATE = join(PROGRAM_ROOT, 'bin', 'quorate');
const own = (name: string) => join(PROGRAM_ROOT, 'test', 'ceremony', 'scripts', `${name}.yaml`);

/* A hierarchy, and what is issued again of it in the ceremonies that follow, each from the pack of the one before. */
describe('issued again', { concurrency: false }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-reissuing-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const at = (pack: string, path: string) => join(folder, pack, path);
  const read = (pack: string, path: string) => parseCertificate(readFileSync(at(pack, path)));

  const rehearsed = (script: string, pack: string, from?: string) =>
    playedPack(script, join(folder, pack), [], from === undefined ? undefined : join(folder, from));
  const accepted = (trusted: string, chain: string) =>
    assert.equal(
      execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', trusted, '-untrusted', chain, chain], {
        encoding: 'utf8',
      }),
      `${chain}: OK\n`,
    );

  test('an intermediate, by the root that has signed it before', async () => {
    await rehearsed(join(PROGRAM_ROOT, 'ceremonies', 'whole-hierarchy.yaml'), 'first');
    await rehearsed(own('renewed-intermediate'), 'second', 'first');
    const root = join(folder, 'root.pem');
    const carried = readdirSync(at('second', 'previous/certificates'))
      .map((name) => `previous/certificates/${name}`)
      .find((path) => {
        const { subject, issuer } = read('second', path);
        return Buffer.compare(subject.der, issuer.der) === 0;
      });
    assert.ok(carried);
    execFileSync('openssl', ['x509', '-inform', 'DER', '-in', at('second', carried), '-out', root]);
    accepted(root, at('second', 'publish/example-tls-ca-1-renewed-full-chain.pem'));
  });

  test('a root, by its own key, and then an intermediate and a CRL by the renewed one', async () => {
    await rehearsed(own('renewed-root'), 'third', 'second');
    const root = join(folder, 'renewed-root.pem');
    const renewed = read('third', 'certificates/example-root-g1-renewed.crt');
    assert.deepEqual(renewed.subject.der, renewed.issuer.der);
    execFileSync('openssl', [
      'x509',
      '-inform',
      'DER',
      '-in',
      at('third', 'certificates/example-root-g1-renewed.crt'),
      '-out',
      root,
    ]);
    accepted(root, at('third', 'publish/example-tls-ca-2-renewed-full-chain.pem'));
    const crl = at('third', 'crls/example-root-g1.pem');
    const { stderr } = spawnSync('openssl', ['crl', '-in', crl, '-CAfile', root, '-noout'], { encoding: 'utf8' });
    assert.match(stderr, /verify OK/);
  });

  test('what the root had signed before is good under the renewed one as well', () => {
    const renewed = read('third', 'certificates/example-root-g1-renewed.crt');
    const before = readdirSync(at('third', 'previous/certificates')).filter((name) => {
      const one = read('third', `previous/certificates/${name}`);
      return Buffer.compare(one.subject.der, renewed.subject.der) !== 0;
    });
    // Two intermediates, one of them twice, and a responder.
    assert.equal(before.length, 4);
    for (const name of before) {
      const pem = join(folder, 'before.pem');
      const path = at('third', `previous/certificates/${name}`);
      execFileSync('openssl', ['x509', '-inform', 'DER', '-in', path, '-out', pem]);
      accepted(join(folder, 'renewed-root.pem'), pem);
    }
  });

  test('the next CRL of the renewed root goes on with the numbers', async () => {
    await rehearsed(own('after-renewal'), 'fourth', 'third');
    const number = (pack: string) =>
      execFileSync('openssl', ['crl', '-in', at(pack, 'crls/example-root-g1.pem'), '-noout', '-crlnumber'], {
        encoding: 'utf8',
      });
    assert.equal(number('third'), 'crlNumber=0x02\n');
    assert.equal(number('fourth'), 'crlNumber=0x03\n');
  });

  test('what differs and is not named is refused before the ceremony', () => {
    const script = readFileSync(own('renewed-root'), 'utf8').replace('          changes: [ca-issuers]\n', '');
    const without = join(folder, 'without.yaml');
    writeFileSync(without, script);
    const rehearse = ['rehearse', without, '--out', join(folder, 'refused'), '--from', join(folder, 'second')];
    const { status, stderr, stdout } = spawnSync(QUORATE, rehearse, { encoding: 'utf8' });
    assert.notEqual(status, 0);
    assert.match(
      `${stdout}${stderr}`,
      /has the "ca-issuers" http:\/\/pki\.example\.com\/example-root-g1-renewed\.crt, and "tls-2" has/,
    );
  });
});
