import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { addendumPath, addendumSignaturePath } from '../../src/pack/layout.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { addAddendum } from '../forge/addendum.ts';
import type { Faults } from '../forge/faults.ts';
import { forge } from '../forge/forge.ts';

async function verified(faults: Faults) {
  const { source, options, derive } = await forge(faults);
  return verifyPack(source, options, derive);
}

describe('an addendum', () => {
  const openssl = (content: Uint8Array, certificate: Uint8Array, key: KeyObject): Uint8Array => {
    const folder = mkdtempSync(join(tmpdir(), 'quorate-openssl-'));
    try {
      const at = (name: string) => join(folder, name);
      writeFileSync(at('addendum.json'), content);
      writeFileSync(at('signer.pem'), pemOf('CERTIFICATE', certificate));
      writeFileSync(at('signer.key'), key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      const form = ['-binary', '-md', 'sha256', '-keyid', '-nocerts', '-cades', '-nosmimecap', '-outform', 'DER'];
      const [to, ...rest] = ['-out', at('signature'), '-signer', at('signer.pem'), '-inkey', at('signer.key')];
      execFileSync('openssl', ['cms', '-sign', '-in', at('addendum.json'), ...form, to as string, ...rest]);
      return readFileSync(at('signature'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it('may be signed by openssl, as the page on the pack says', async () => {
    const { findings, evidence } = await verified({
      sealed: (files, tools) => {
        const folder = addAddendum(files, tools, { signedBy: ['gus'] });
        const { signing, signingKey } = tools.tokenOf('alice');
        const signature = openssl(files.get(addendumPath(folder)) ?? Buffer.alloc(0), signing, signingKey);
        files.set(addendumSignaturePath(folder, 'alice'), signature);
      },
    });
    assert.deepEqual(findings, []);
    assert.deepEqual(evidence[0]?.signedBy, ['alice', 'gus']);
  });

  it('that was taken away shows where a later one is there, and is no finding', async () => {
    const { findings, notes, evidence } = await verified({
      sealed: (files, tools) => {
        addAddendum(files, tools, { number: 2 });
        addAddendum(files, tools, { number: 4, kind: 'ink-pages' });
      },
    });
    assert.deepEqual(findings, []);
    assert.deepEqual(notes, ['addenda are not here, and there are later ones: number 1, 3']);
    assert.deepEqual(
      evidence.map(({ state, number }) => [state, number]),
      [
        ['shown', 2],
        ['shown', 4],
      ],
    );
  });

  it('is missing when one of more findings than are listed is about it', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `page-${String(index).padStart(3, '0')}.pdf`);
    const { findings, evidence } = await verified({
      sealed: (files, tools) => {
        const many = addAddendum(files, tools, {
          kind: 'ink-pages',
          files: Object.fromEntries(names.map((n) => [n, n])),
        });
        const later = addAddendum(files, tools, { number: 2 });
        for (const path of [...names.map((name) => `${many}/files/${name}`), `${later}/files/film.mp4`])
          files.delete(path);
      },
    });
    assert.equal(findings.at(-1)?.message, '21 more findings of this check');
    assert.ok(!findings.some(({ where }) => where.includes('film.mp4')));
    assert.deepEqual(
      evidence.map(({ state, kind }) => [state, kind]),
      [
        ['missing', 'ink-pages'],
        ['missing', 'video'],
      ],
    );
  });

  it('to a pack that was never sealed belongs to no pack', async () => {
    const { findings } = await verified({
      sealed: (files, tools) => {
        addAddendum(files, tools);
        for (const path of ['manifest.json', 'SHA256SUMS']) files.delete(path);
      },
      options: { outcome: 'interrupted' },
    });
    const own = findings.filter(({ check }) => check === 'ADDENDUM-PACK');
    assert.match(own[0]?.message ?? '', /of another pack; this pack was never sealed and has none$/);
  });
});
