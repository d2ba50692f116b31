import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { CHAIN_CHECKS } from '../../src/verify/chain/registry.ts';
import { verifyChain } from '../../src/verify/chain/verify-chain.ts';
import { CHECKS } from '../../src/verify/registry.ts';
import { anotherAfter, type ChainVector, firstPack, packAfter } from '../forge/chain.ts';
import type { Forged } from '../forge/forge.ts';

const FOLDER = new URL('../vectors/chain/', import.meta.url);
const VECTORS = await Promise.all(
  readdirSync(FOLDER)
    .sort()
    .map(async (file) => {
      const { vector } = (await import(new URL(file, FOLDER).href)) as { readonly vector: ChainVector };
      return [file.replace('.ts', ''), vector] as const;
    }),
);

async function verified(packs: readonly (readonly [string, Pick<Forged, 'source'>])[]) {
  const { derive } = await firstPack();
  return verifyChain(
    packs.map(([name, { source }]) => ({ name, source })),
    derive,
  );
}

describe('a chain of packs', () => {
  it('is put in order whatever order they are given in, and nothing is found in it', async () => {
    const first = await firstPack();
    const second = await packAfter(first);
    const third = await packAfter(second);
    const { packs, findings, notes } = await verified([
      ['c', second],
      ['a', third],
      ['b', first],
    ]);
    assert.deepEqual(findings, []);
    assert.deepEqual(notes, []);
    assert.deepEqual(
      packs.map(({ name, number, after }) => [name, number, after]),
      [
        ['b', 1, null],
        ['c', 2, 'b'],
        ['a', 3, 'c'],
      ],
    );
  });

  for (const [name, vector] of VECTORS)
    it(`${name}: ${vector.title}`, async () => {
      assert.ok(name.startsWith(`${vector.check}-`), 'a vector is named after its check');
      const { findings } = await verified(await vector.packs());
      const said = findings.map(({ check, where, message }) => `${check} ${where}: ${message}`).join('\n');
      assert.deepEqual([...new Set(findings.map(({ check }) => check))], [vector.check], said.slice(0, 2000));
      for (const { message } of findings) assert.match(message, /^\S.*[^.]$/);
    });

  it('has a vector for every check, each in the file of its name, under an id that no check of one pack has', () => {
    const ids = CHAIN_CHECKS.map(({ id }) => id);
    assert.deepEqual([...new Set(VECTORS.map(([, { check }]) => check))].sort(), [...ids].sort());
    const files = readdirSync(new URL('../../src/verify/chain/checks/', import.meta.url));
    assert.deepEqual(files.sort(), ids.map((id) => `${id.toLowerCase()}.ts`).sort());
    for (const { id, title } of CHAIN_CHECKS) {
      assert.ok(!CHECKS.some((check) => check.id === id), id);
      assert.match(title, /^[a-zA-Z].*[^.]$/, id);
    }
  });

  it('goes on where a check cannot read something, and says so', async () => {
    const first = await firstPack();
    const run = () => {
      throw new CeremonyError('DER_INVALID', 'reasonCode, byte 0: expected another');
    };
    const checks = [{ id: 'CHAIN-TEST', title: 'nothing', run }, ...CHAIN_CHECKS];
    const named = [{ name: 'first', source: first.source }];
    const { findings } = verifyChain(named, first.derive, checks);
    assert.deepEqual(findings, [
      { check: 'CHAIN-TEST', where: 'first/events.jsonl', message: 'reasonCode, byte 0: expected another' },
    ]);
    const broken = () => {
      throw new TypeError('ours');
    };
    assert.throws(() => verifyChain(named, first.derive, [{ id: 'X', title: 'x', run: broken }]), TypeError);
  });

  it('names the packs of a fork', async () => {
    const first = await firstPack();
    const [one, other] = [await packAfter(first), await anotherAfter(first)];
    const { findings } = await verified([
      ['one', one],
      ['first', first],
      ['other', other],
    ]);
    assert.deepEqual(findings, [
      {
        check: 'CHAIN-FORK',
        where: 'other/events.jsonl:1',
        message: 'a fork: ceremony 2 (one) and ceremony 2 (other) both follow ceremony 1 (first)',
      },
    ]);
  });
});
