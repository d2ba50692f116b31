import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { FileOctets } from '../../src/adapters/file-octets.ts';
import { FolderFiles } from '../../src/adapters/files.ts';
import { sha256 } from '../../src/base/digest.ts';
import { HeldOctets } from '../../src/base/held-octets.ts';
import { SealingFiles } from '../../src/run/sealing-files.ts';
import { copyFiles } from '../../src/steps/copy-files.ts';
import { assertRefuses, assertRejects } from '../der/refusal.ts';

const root = mkdtempSync(join(tmpdir(), 'quorate-copies-'));
after(() => rmSync(root, { recursive: true, force: true }));
const LARGE = Buffer.alloc(2_000_000, 'a large file of a pack, ');
const CHANGED = Buffer.from(LARGE);
CHANGED[1_999_990] = 0;

let [from, to] = ['', ''];
let folders = 0;
beforeEach(() => {
  [from, to] = [join(root, `${++folders}-from`), join(root, `${folders}-to`)];
  for (const folder of [from, to]) mkdirSync(folder);
  writeFileSync(join(from, 'large'), LARGE);
});
const filesIn = (folder: string) => new FolderFiles(folder, async () => undefined);

describe('a large file that changes while a pack is copied', () => {
  test('is not copied as what its digest is not of, and nothing of it stays', async () => {
    const medium = filesIn(to);
    const [source, there] = [filesIn(from), filesIn(from)];
    const copied = await copyFiles((path) => there.open(path), medium, [['large', 'whole']]);
    assert.equal(copied.get('whole'), sha256(LARGE));
    assert.deepEqual(readFileSync(join(to, 'whole')), LARGE);
    // It is another from when its digest is known: `names` is asked for the next file then.
    const opened = async (path: string) => {
      const octets = await source.open(path);
      return {
        length: octets.length,
        subarray: (begin?: number, end?: number) => octets.subarray(begin, end),
        copyTo: (target: Uint8Array, begin: number) => {
          octets.copyTo?.(target, begin);
          if (begin + target.length === octets.length) writeFileSync(join(from, 'large'), CHANGED);
        },
      };
    };
    await assertRejects(
      () => copyFiles(opened, medium, [['large', 'large']]),
      'FILE_UNREADABLE',
      '"large" changed while it was read',
    );
    assert.deepEqual(readdirSync(to).sort(), ['.incoming', 'whole']);
    assert.deepEqual(readdirSync(join(to, '.incoming')), []);
  });

  test('is not sealed as what the manifest has no digest of', async () => {
    const pack = await SealingFiles.in(filesIn(from));
    writeFileSync(join(from, 'large'), CHANGED);
    const octets = await pack.open('large');
    assert.equal(sha256(octets), sha256(LARGE));
    assert.equal(pack.digest('large'), sha256(LARGE));
    for (const bytes of [octets, pack.octets('large')])
      assertRefuses(
        () => bytes?.subarray(1_999_980, 2_000_000),
        'FILE_UNREADABLE',
        '"large" changed while it was read',
      );
  });
});

describe('octets that are held to their digest', () => {
  test('are read from their copy, and from nothing else in its place', () => {
    const held = HeldOctets.of(new FileOctets(join(from, 'large'), 'large'), 'large');
    writeFileSync(join(to, 'copy'), LARGE);
    writeFileSync(join(to, 'other'), CHANGED);
    writeFileSync(join(to, 'short'), LARGE.subarray(1));
    rmSync(join(from, 'large'));
    assertRefuses(() => held.subarray(0, 1), 'FILE_UNREADABLE', '"large" cannot be read: ENOENT');
    held.movedTo(new FileOctets(join(to, 'copy'), 'copy'));
    assert.deepEqual(Buffer.from(held.subarray(1_999_980, 2_000_000)), LARGE.subarray(1_999_980));
    assert.equal(HeldOctets.of(held, 'again'), held);
    assertRefuses(
      () => held.movedTo(new FileOctets(join(to, 'short'), 'short')),
      'FILE_UNREADABLE',
      '"large" changed while it was read',
    );
    held.movedTo(new FileOctets(join(to, 'other'), 'other'));
    assert.deepEqual(Buffer.from(held.subarray(0, 9)), LARGE.subarray(0, 9));
    assertRefuses(() => held.subarray(1_900_000, 2_000_000), 'FILE_UNREADABLE', '"large" changed while it was read');
  });
});
