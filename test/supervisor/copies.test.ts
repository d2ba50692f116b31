import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Copies, holdMirrorApart } from '../../src/supervisor/copies.ts';

let parent: string;
let folders: readonly [string, string];
beforeEach(() => {
  parent = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-copies-'));
  folders = [join(parent, 'a'), join(parent, 'b')];
});
afterEach(() => rmSync(parent, { recursive: true }));

const holders = (folder: string) =>
  JSON.parse(readFileSync(join(folder, '.incoming', 'holder'), 'utf8')) as { pid: number }[];

describe('two output folders', () => {
  test('are both claimed, and let go of when nothing was written', () => {
    const copies = Copies.make(folders);
    for (const folder of folders)
      assert.deepEqual(
        holders(folder).map(({ pid }) => pid),
        [process.pid],
      );
    assert.ok(copies.areTogether, 'both lie on one device here');
    copies.release();
    assert.deepEqual(readdirSync(parent), []);
  });

  test('are not begun in where one of them holds something, and the other is left as it was', () => {
    mkdirSync(folders[1]);
    writeFileSync(join(folders[1], 'old'), 'x');
    assert.throws(() => Copies.make(folders), { code: 'OUTPUT_EXISTS' });
    assert.deepEqual(readdirSync(parent), ['b']);
  });

  test('are gone on with where either holds a record, and not where none does', async () => {
    mkdirSync(folders[1]);
    writeFileSync(join(folders[1], 'events.jsonl'), '');
    const copies = await Copies.reopen(folders);
    for (const folder of folders)
      assert.deepEqual(
        holders(folder).map(({ pid }) => pid),
        [process.pid],
      );
    copies.release();
    rmSync(join(folders[1], 'events.jsonl'));
    await assert.rejects(Copies.reopen(folders), { code: 'FILE_MISSING' });
  });

  test('are claimed again where one was lost, with every process that works on them', async () => {
    const copies = Copies.make(folders);
    copies.add(process.ppid);
    rmSync(folders[1], { recursive: true });
    await copies.bringBack(folders[1]);
    assert.deepEqual(
      holders(folders[1]).map(({ pid }) => pid),
      [process.pid, process.ppid],
    );
    await copies.bringBack(folders[1]);
    assert.deepEqual(
      holders(folders[1]).map(({ pid }) => pid),
      [process.pid, process.ppid],
      'one that is there, too',
    );
    copies.release();
    assert.ok(!existsSync(folders[1]));
  });

  test('are not brought back below a way that is gone, nor is any other folder', async () => {
    const far = join(parent, 'medium', 'b');
    const copies = Copies.make([folders[0], far]);
    rmSync(join(parent, 'medium'), { recursive: true });
    await assert.rejects(copies.bringBack(far), { code: 'COPY_LOST', message: `"${far}" is not what it was: ENOENT` });
    await assert.rejects(copies.bringBack(join(parent, 'c')), { code: 'PATH_REFUSED' });
    copies.release();
  });

  test('are not one in the other', () => {
    for (const other of ['/m/a', '/m/a/b', '/m'])
      assert.throws(() => holdMirrorApart('/m/a', ['/x', other]), { code: 'USAGE' }, other);
    assert.doesNotThrow(() => holdMirrorApart('/m/a', ['/m/ab', '/m/b']));
  });
});

/** A device of its own that is away: what lies there is the computer's, and no medium. */
test('a folder that lay on a medium is not brought back on the disk below it', async () => {
  // The tests' own folder may lie in memory, too.
  const shm = mkdtempSync('/dev/shm/quorate-copies-');
  const disk = mkdtempSync('/var/tmp/quorate-copies-');
  const below = join(disk, 'b');
  try {
    const mirror = join(shm, 'b');
    const copies = Copies.make([join(disk, 'a'), mirror]);
    assert.ok(!copies.areTogether, 'this test needs /dev/shm and /var/tmp on two devices');
    rmSync(mirror, { recursive: true });
    const { symlinkSync } = await import('node:fs');
    mkdirSync(below);
    symlinkSync(below, mirror);
    await assert.rejects(copies.bringBack(mirror), { code: 'COPY_LOST', message: /lies on one device with "/ });
    rmSync(mirror);
    copies.release();
  } finally {
    rmSync(shm, { recursive: true });
    rmSync(disk, { recursive: true });
  }
});
