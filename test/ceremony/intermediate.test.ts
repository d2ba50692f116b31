import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { parseCertificationRequest } from '../../src/x509/certification-request.ts';
import { sharedRehearsal } from './shared-rehearsal.ts';

test('the script of crypto officers: a request is certified by a root of an earlier ceremony', () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-intermediate-'));
  try {
    const pack = join(folder, 'pack');
    const quorate = (...args: string[]) =>
      spawnSync(join(PROGRAM_ROOT, 'bin', 'quorate'), args, { encoding: 'utf8', cwd: folder });
    const script = join(PROGRAM_ROOT, 'test', 'script', 'examples', 'intermediate-signing.yaml');
    const rehearsed = sharedRehearsal(script, pack);
    assert.equal(rehearsed.status, 0, rehearsed.stderr);
    const { roster } = JSON.parse(rehearsed.stdout) as { roster: string };
    const verified = quorate('verify', pack, '--expect', 'rehearsal', '--roster', roster);
    assert.equal(verified.status, 0, verified.stdout + verified.stderr);
    assert.match(verified.stdout, /no findings/);
    assert.doesNotMatch(verified.stdout, /is not linted|is not judged again/);
    const shell = join(PROGRAM_ROOT, 'templates', 'verify', 'verify.sh');
    const bySh = spawnSync('sh', [shell, roster], { encoding: 'utf8', cwd: pack });
    assert.equal(bySh.status, 0, bySh.stdout + bySh.stderr);
    for (const said of [
      'certificates/tls-ca-1.crt verifies with a certificate of the key that was approved for it',
      'certificates/tls-ca-1.crt leads to a root of this pack',
    ])
      assert.ok(bySh.stdout.includes(`ok     ${said}\n`), bySh.stdout);

    // The key is the request's; the issuer's certificate is the one that the pack before had.
    const request = parseCertificationRequest(readFileSync(join(pack, 'requests', 'request.csr')));
    const ledger = JSON.parse(readFileSync(join(pack, 'ledger.json'), 'utf8')) as {
      readonly certificates: readonly { readonly path: string; readonly key: string; readonly spkiSha256: string }[];
    };
    const made = ledger.certificates.at(-1);
    assert.deepEqual(
      [made?.path, made?.key, made?.spkiSha256],
      ['certificates/tls-ca-1.crt', 'root', sha256(request.spki.der)],
    );
    const [root = ''] = readdirSync(join(pack, 'previous', 'certificates'));
    const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', cwd: folder });
    openssl('x509', '-inform', 'DER', '-in', join(pack, 'previous', 'certificates', root), '-out', 'root.pem');
    const chain = join(pack, 'publish', 'tls-ca-1-chain.pem');
    const strict = ['-x509_strict', '-no_check_time', '-CAfile', 'root.pem'];
    assert.equal(openssl('verify', ...strict, chain), `${chain}: OK\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
