import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { anotherAfter, firstPack, packAfter } from '../forge/chain.ts';
import type { Forged } from '../forge/forge.ts';
import { quorate } from './quorate.ts';

describe('quorate verify of several packs', { concurrency: false }, () => {
  let folder = '';
  let anchors: readonly string[] = [];
  const write = (name: string, { files }: Pick<Forged, 'files'>) => {
    for (const [path, bytes] of files) {
      mkdirSync(join(folder, name, dirname(path)), { recursive: true });
      writeFileSync(join(folder, name, path), bytes);
    }
  };
  const verify = (...args: readonly string[]) =>
    quorate(folder, 'verify', ...args, '--expect', 'rehearsal', '--no-report', ...anchors);
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-chain-'));
    const first = await firstPack();
    const packs = { a: await packAfter(first), b: first, c: await anotherAfter(first) };
    for (const [name, pack] of Object.entries(packs)) write(name, pack);
    // The forge makes people anew for each ceremony: each pack says under which of these papers it is.
    const rosters = ['ab'.repeat(32), ...Object.values(packs).map(({ options }) => options.roster ?? '')];
    anchors = rosters.flatMap((roster) => ['--roster', roster]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('says of each how it ended, and in which order they stand', async () => {
    const { code, out, err } = await verify('a', 'b');
    assert.equal(code, 0, out + err);
    assert.match(out, /^evidence pack b: no findings\n(?: {2}note: .*\n)*evidence pack a: no findings\n/);
    assert.match(out, /\n {2}ceremony 1 {2}rehearsal, complete {2}b: follows none of these; manifest [0-9a-f]{64}\n/);
    assert.match(out, /\n {2}ceremony 2 {2}rehearsal, complete {2}a: follows b; manifest [0-9a-f]{64}\n/);
    assert.match(out, /\nchain: no findings\n$/);
  });

  test('exits with 1 where each is in order and they are not, and names the check', async () => {
    const { code, out } = await verify('a', 'b', 'c', '--json');
    assert.equal(code, 1);
    const { packs, chain } = JSON.parse(out) as {
      readonly packs: readonly { readonly name: string; readonly findings: readonly unknown[] }[];
      readonly chain: { readonly findings: readonly { readonly check: string; readonly where: string }[] };
    };
    assert.deepEqual(
      packs.map(({ name, findings }) => [name, findings.length]),
      [
        ['a', 0],
        ['b', 0],
        ['c', 0],
      ],
    );
    assert.deepEqual(
      chain.findings.map(({ check, where }) => [check, where]),
      [['CHAIN-FORK', 'c/events.jsonl:1']],
    );
  });

  test('holds one pack to no chain, and says of it what it always said', async () => {
    const { code, out } = await verify('a');
    assert.equal(code, 0, out);
    assert.match(out, /^evidence pack a\n {2}proven /);
    assert.doesNotMatch(out, /chain of/);
  });

  test('says so of each pack that has none of the rosters', async () => {
    const own = anchors;
    anchors = own.slice(0, 2);
    const { code, out } = await verify('a', 'b');
    anchors = own;
    assert.equal(code, 1);
    assert.match(out, /^evidence pack b: 1 findings\n(?: {2}note: .*\n)* {2}ANCHOR-ROSTER: /);
  });
});
