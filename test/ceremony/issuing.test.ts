import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { subjectKeyIdentifier } from '../../src/x509/extensions.ts';
import { ALL_ACCEPT, judgeChain } from '../issue/chain-judges.ts';
import { playedPack } from './played-pack.ts';

/** Files below `publish/`, and the certificate whose holder trusts what leads from them to it. */
const CEREMONIES: readonly {
  readonly script: string;
  readonly made: readonly string[];
  readonly chains: readonly (readonly [chain: string, root: string])[];
}[] = [
  {
    script: 'cross-signing',
    made: ['partner-root-by-example-root-g1.crt'],
    chains: [['partner-root-by-example-root-g1-full-chain.pem', 'previous']],
  },
  {
    script: 'intermediate-signing',
    made: ['example-tls-ca-1.crt'],
    chains: [['example-tls-ca-1-full-chain.pem', 'previous']],
  },
  {
    script: 'root-rollover',
    made: ['example-root-g1-by-g2.crt', 'example-root-g2-by-g1.crt', 'example-root-g2.crt'],
    chains: [
      ['example-root-g2-by-g1-full-chain.pem', 'previous'],
      ['example-root-g1-by-g2-full-chain.pem', 'certificates/example-root-g2.crt'],
    ],
  },
];

/* Scripts by which a root issues to others, as they ship: each follows a ceremony that the stage stands in for. */
describe('issuing', { concurrency: false }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-issuing-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const packOf = (script: string) => join(folder, script);
  const read = (script: string, path: string) => parseCertificate(readFileSync(join(packOf(script), path)));
  /** The one certificate of an earlier ceremony. */
  const previous = (script: string) => {
    const [name = '', ...others] = readdirSync(join(packOf(script), 'previous', 'certificates'));
    assert.deepEqual(others, []);
    return `previous/certificates/${name}`;
  };

  for (const { script, made, chains } of CEREMONIES) {
    test(`${script} is rehearsed, and both verifiers and three TLS libraries accept what it leaves`, async () => {
      const pack = packOf(script);
      await playedPack(join(PROGRAM_ROOT, 'ceremonies', `${script}.yaml`), pack, []);
      assert.deepEqual(
        readdirSync(join(pack, 'certificates')).filter((name) => name.endsWith('.crt')),
        made,
      );
      for (const [chain, trusted] of chains) {
        const path = trusted === 'previous' ? previous(script) : trusted;
        const root = join(folder, 'root.pem');
        execFileSync('openssl', ['x509', '-inform', 'DER', '-in', join(pack, path), '-out', root]);
        const [pem, file] = [root, join(pack, 'publish', chain)].map((one) => readFileSync(one, 'utf8'));
        assert.deepEqual(judgeChain(pem ?? '', file ?? '', 'tls-ca'), ALL_ACCEPT, chain);
      }
    });
  }

  test('a cross-certificate has name, key and key identifier of what was brought, to the byte', () => {
    const brought = read('cross-signing', 'inputs/partner-root.crt');
    const cross = read('cross-signing', 'certificates/partner-root-by-example-root-g1.crt');
    assert.deepEqual(cross.subject.der, brought.subject.der);
    assert.deepEqual(cross.spki.der, brought.spki.der);
    assert.deepEqual(subjectKeyIdentifier(cross.extensions), subjectKeyIdentifier(brought.extensions));
    // It came from elsewhere: its name is not marked, and its key identifier not derived as ours are.
    assert.ok(!cross.subject.attributes.some(({ value }) => value.startsWith('REHEARSAL')));
    assert.notDeepEqual(
      Buffer.from(subjectKeyIdentifier(cross.extensions) ?? []).toString('hex'),
      sha256(cross.spki.key).slice(0, 40),
    );
    const authorization = readFileSync(join(packOf('cross-signing'), 'authorization.json'), 'utf8');
    const { references } = JSON.parse(authorization) as { references: Record<string, string> };
    assert.deepEqual(references, { 'partner-root-sha256': sha256(brought.der) });
  });

  test('after a rollover either root leads to the other', () => {
    const [g2, g2ByG1, g1ByG2] = ['g2', 'g2-by-g1', 'g1-by-g2'].map((name) =>
      read('root-rollover', `certificates/example-root-${name}.crt`),
    );
    const g1 = read('root-rollover', previous('root-rollover'));
    for (const [cross, own, issuer] of [
      [g2ByG1, g2, g1],
      [g1ByG2, g1, g2],
    ]) {
      assert.deepEqual(cross?.subject.der, own?.subject.der);
      assert.deepEqual(cross?.spki.der, own?.spki.der);
      assert.deepEqual(cross?.issuer.der, issuer?.subject.der);
    }
    for (const name of ['g1', 'g2']) {
      const crl = join(packOf('root-rollover'), 'crls', `example-root-${name}.pem`);
      const root = join(folder, `${name}.pem`);
      writeFileSync(root, '');
      const path = name === 'g1' ? previous('root-rollover') : 'certificates/example-root-g2.crt';
      const from = join(packOf('root-rollover'), path);
      execFileSync('openssl', ['x509', '-inform', 'DER', '-in', from, '-out', root]);
      const { stderr } = spawnSync('openssl', ['crl', '-in', crl, '-CAfile', root, '-noout'], { encoding: 'utf8' });
      assert.match(stderr, /verify OK/);
    }
  });
});
