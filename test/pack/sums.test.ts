import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { buildManifest, manifestFile } from '../../src/pack/manifest.ts';
import { buildSums, readSums } from '../../src/pack/sums.ts';
import { assertRefuses } from '../der/refusal.ts';

const A = 'a'.repeat(64);
const FILES = new Map([
  ['script.yaml', Buffer.from('quorate: 1\n')],
  ['chain.jsonl', Buffer.from('{}\n')],
]);
const MANIFEST = buildManifest(
  { ceremony: A, head: A, events: 1, outcome: 'complete', mode: 'rehearsal', authorization: A, roster: A },
  [...FILES].map(([path, bytes]) => manifestFile(path, bytes)),
);

describe('SHA256SUMS', () => {
  it('is what sha256sum checks', () => {
    const folder = mkdtempSync(join(tmpdir(), 'quorate-sums-'));
    const sums = buildSums(MANIFEST, Buffer.from('{"event":1}\n'));
    for (const [path, bytes] of [
      ...FILES,
      ['manifest.json', MANIFEST],
      ['events.jsonl', Buffer.from('{"event":1}\n')],
      ['SHA256SUMS', sums],
    ] as const) {
      writeFileSync(join(folder, path), bytes);
    }
    const said = execFileSync('sha256sum', ['--strict', '-c', 'SHA256SUMS'], { cwd: folder, encoding: 'utf8' });
    assert.equal(said, 'chain.jsonl: OK\nevents.jsonl: OK\nmanifest.json: OK\nscript.yaml: OK\n');
    rmSync(folder, { recursive: true });
  });

  it('reads back what it wrote', () => {
    const paths = readSums(buildSums(MANIFEST, Buffer.from(''))).map((sum) => sum.path);
    assert.deepEqual(paths, ['chain.jsonl', 'events.jsonl', 'manifest.json', 'script.yaml']);
  });

  const refusals: readonly (readonly [string, string, string])[] = [
    ['a line without its end', `${A}  x`, 'SHA256SUMS does not end in a line feed'],
    ['one space', `${A} x\n`, 'SHA256SUMS:1 is not a digest, two spaces and a path'],
    ['binary mode', `${A}  x\n${A} *x\n`, 'SHA256SUMS:2 is not a digest, two spaces and a path'],
    ['upper case', `${A.toUpperCase()}  x\n`, 'SHA256SUMS:1 is not a digest, two spaces and a path'],
    ['an escaped name', `\\${A}  x\n`, 'SHA256SUMS:1 is not a digest, two spaces and a path'],
  ];
  for (const [what, text, message] of refusals) {
    it(`refuses ${what}`, () => assertRefuses(() => readSums(Buffer.from(text)), 'PACK_UNREADABLE', message));
  }
});
