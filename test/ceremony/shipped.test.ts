import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { ALL_ACCEPT, judgeChain, type Usage } from '../issue/chain-judges.ts';
import { playedPack } from './played-pack.ts';

test('what is shipped runs without the sources, from a path with a space, through a link', () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-shipped-'));
  try {
    execFileSync(join(PROGRAM_ROOT, 'scripts', 'build'));
    const root = join(folder, 'the program');
    mkdirSync(root);
    const { files } = JSON.parse(readFileSync(join(PROGRAM_ROOT, 'package.json'), 'utf8')) as { files: string[] };
    for (const name of [...files, 'package.json'])
      cpSync(join(PROGRAM_ROOT, name), join(root, name), { recursive: true });
    // No symbolic link: a folder behind one is outside of what the processes may read.
    const isOneDisk = statSync(folder).dev === statSync(PROGRAM_ROOT).dev;
    execFileSync('cp', [isOneDisk ? '-al' : '-a', join(PROGRAM_ROOT, 'node_modules'), join(root, 'node_modules')]);
    assert.ok(!existsSync(join(root, 'src')));
    execFileSync('ln', ['-s', join(root, 'bin', 'quorate'), join(folder, 'quorate')]);
    const run = (...args: string[]) => spawnSync(join(folder, 'quorate'), args, { encoding: 'utf8', cwd: folder });

    assert.equal(run('lint', join(root, 'ceremonies', 'root-generation.yaml')).status, 0);
    const rehearsed = run(
      'rehearse',
      join('the program', 'ceremonies', 'root-generation.yaml'),
      '--out',
      'a pack',
      '--json',
    );
    assert.equal(rehearsed.status, 0, rehearsed.stderr);
    const { roster } = JSON.parse(rehearsed.stdout) as { roster: string };
    const verified = run('verify', 'a pack', '--expect', 'rehearsal', '--roster', roster);
    assert.equal(verified.status, 0, verified.stdout + verified.stderr);
    assert.match(verified.stdout, /views\/report\.pdf shows what the record says: rendered again, byte for byte/);
    assert.doesNotMatch(verified.stdout, /was not compared|not this version's/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a whole hierarchy in one file: rehearsed, verified by both, and its chains hold elsewhere', async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-hierarchy-'));
  try {
    const pack = join(folder, 'pack');
    const { verified, shell } = await playedPack(join(PROGRAM_ROOT, 'ceremonies', 'whole-hierarchy.yaml'), pack, []);
    assert.match(verified, /views\/report\.pdf shows what the record says: rendered again, byte for byte/);
    assert.match(shell, /^ok {4} certificates\/example-tls-ca-2\.crt leads to a root of this pack$/m);

    const published = join(pack, 'publish');
    const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', cwd: published });
    const root = 'example-root-g1';
    openssl('crl', '-inform', 'DER', '-in', `${root}.crl`, '-out', join(folder, 'root-crl.pem'));
    const crl = ['-crl_check', '-CRLfile', join(folder, 'root-crl.pem')];
    for (const name of ['example-tls-ca-1', 'example-tls-ca-2']) {
      const strict = ['-x509_strict', '-no_check_time', '-CAfile', `${root}.pem`];
      assert.equal(openssl('verify', ...strict, ...crl, `${name}-chain.pem`), `${name}-chain.pem: OK\n`);
      const chain = readFileSync(join(published, `${name}-full-chain.pem`), 'utf8');
      const parts = [`${name}.pem`, `${root}.pem`].map((file) => readFileSync(join(published, file), 'utf8'));
      assert.equal(chain, parts.join(''));
      const byCerttool = ['--verify-chain', '--verify-profile', 'high', '--infile', `${name}-full-chain.pem`];
      const said = execFileSync('certtool', byCerttool, { encoding: 'utf8', cwd: published });
      assert.match(said, /Chain verification output: Verified\. The certificate is trusted\./);
    }
    const read = (file: string) => readFileSync(join(published, file), 'utf8');
    const judged = (name: string, usage: Usage) =>
      judgeChain(read(`${root}.pem`), read(`${name}-full-chain.pem`), usage);
    assert.deepEqual(judged('example-tls-ca-1', 'tls-ca'), ALL_ACCEPT);
    assert.deepEqual(judged('example-tls-ca-2', 'tls-ca'), ALL_ACCEPT);
    assert.deepEqual(judged('example-ocsp-1', 'ocsp-responder'), ALL_ACCEPT);
    // A responder is no CA, and a CA no responder: two of the three are not asked what for.
    assert.deepEqual(judged('example-ocsp-1', 'tls-ca'), { ...ALL_ACCEPT, nss: false });
    assert.deepEqual(judged('example-tls-ca-1', 'ocsp-responder'), { ...ALL_ACCEPT, nss: false });
    // One reviewed file made all keys and all certificates: the ledger says who signed which key.
    const { certificates, keys } = JSON.parse(readFileSync(join(pack, 'ledger.json'), 'utf8')) as {
      readonly certificates: readonly { readonly name: string; readonly key: string; readonly spkiSha256: string }[];
      readonly keys: readonly { readonly name: string; readonly spkiSha256: string }[];
    };
    const certified = new Map(keys.map(({ name, spkiSha256 }) => [spkiSha256, name]));
    assert.deepEqual(
      certificates.map(({ name, key, spkiSha256 }) => [name, key, certified.get(spkiSha256)]),
      [
        ['root', 'root', 'root'],
        ['tls-1', 'root', 'tls-1'],
        ['tls-2', 'root', 'tls-2'],
        ['ocsp-1', 'root', 'ocsp-1'],
      ],
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
