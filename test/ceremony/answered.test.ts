import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { playedPack } from './played-pack.ts';

const SHIPPED = join(PROGRAM_ROOT, 'ceremonies');

/** Each must be there, so that a change of the script does not empty it unseen. */
function changed(name: string, ...changes: readonly (readonly [RegExp, string])[]): string {
  return changes.reduce(
    (text, [wanted, now]) => {
      assert.match(text, wanted, `the script ${name} is another`);
      return text.replace(wanted, now);
    },
    readFileSync(join(SHIPPED, name), 'utf8'),
  );
}

/** Its root may sign OCSP responses itself; of all that it issues a CA is the last, which the stage then has revoked. */
function hierarchy(): string {
  const text = changed('whole-hierarchy.yaml', [
    /extends: root-ca/,
    'extends: root-ca, key-usage: [digitalSignature, keyCertSign, cRLSign]',
  ]);
  const [block = ''] = /^ {6}- id: ocsp-responder[\s\S]*?makes: \{ certificate: ocsp-1 \}\n/m.exec(text) ?? [];
  assert.notEqual(block, '');
  return text.replace(block, '').replace('      - id: tls-ca-1\n', `${block}      - id: tls-ca-1\n`);
}

/** A list of what is revoked comes. */
const REVOKED = [
  [/, optional: true/, ''],
  [/, when: \{ input: revocations \}/, ''],
] as const;

describe('a root answers for a year', { concurrency: false }, () => {
  let folder = '';
  const play = async (script: string, pack: string, from?: string) => {
    const file = join(folder, `script-of-${pack}.yaml`);
    writeFileSync(file, script);
    return await playedPack(file, join(folder, pack), [], from === undefined ? undefined : join(folder, from));
  };
  before(async () => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-answered-test-'));
    await play(hierarchy(), 'hierarchy');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });

  /** What openssl says of each CA, by the file that a web server has for the request of openssl. */
  const said = (pack: string) => {
    const carried = join(folder, pack, 'previous', 'certificates');
    const files = readdirSync(carried).map((file) => {
      const pem = join(folder, `${pack}-${file}.pem`);
      openssl('x509', '-inform', 'DER', '-in', join(carried, file), '-out', pem);
      const { subject, issuer, serial } = parseCertificate(readFileSync(join(carried, file)));
      const name = subject.attributes.at(-1)?.value ?? '';
      return { pem, name, serial: serial.hex, isRoot: Buffer.compare(subject.der, issuer.der) === 0 };
    });
    const root = files.find(({ isRoot }) => isRoot)?.pem ?? assert.fail('there is no root');
    return files.flatMap(({ pem, name, serial }) => {
      if (!/TLS CA/.test(name)) return [];
      const asked = join(folder, 'asked');
      openssl('ocsp', '-issuer', root, '-cert', pem, '-no_nonce', '-reqout', asked);
      const way = readFileSync(asked).toString('base64').replace(/\/+/g, '/').replace(/\/$/, '/index.html');
      const found = join(folder, pack, 'publish', 'ocsp', way);
      const told = openssl('ocsp', '-respin', found, '-issuer', root, '-cert', pem, '-CAfile', root, '-resp_text');
      return [{ name, serial, told }];
    });
  };

  const judged = (pack: string, responder: RegExp) => {
    const { revoked } = parseCrl(readFileSync(join(folder, pack, 'publish', 'example-root-g1.crl')));
    const lost = Array.from(revoked, ({ serial }) => serial);
    assert.equal(lost.length, 1);
    const all = said(pack);
    assert.equal(all.length, 2);
    for (const { name, serial, told } of all) {
      const status = lost.includes(serial) ? /: revoked\n(.*\n)*\tReason: cessationOfOperation$/m : /: good$/m;
      assert.match(told, status, name);
      assert.match(told, responder);
      assert.match(told, /Produced At: /);
    }
  };

  test('by a responder: openssl accepts good and revoked where its request leads', async () => {
    const { verified } = await play(changed('ocsp-presign.yaml', ...REVOKED), 'delegated', 'hierarchy');
    judged('delegated', /Certificate:\n[\s\S]*OCSP Signing/);
    assert.match(verified, /OCSP response/);
  });

  test('by itself: the same without a certificate', async () => {
    const script = changed('ocsp-presign.yaml', ...REVOKED, [/^ +responder: responder\n/m, '']);
    await play(script, 'own', 'hierarchy');
    judged('own', /^(?![\s\S]*\nCertificate:)/);
  });
});
