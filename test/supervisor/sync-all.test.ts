import assert from 'node:assert/strict';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { afterFileSystems, allOf, SyncError, syncAll, syncfs, tellsAll } from '../../src/supervisor/sync-all.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorate-sync-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function filesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const path = join(folder, String(index));
    writeFileSync(path, 'a');
    return path;
  });
}

/** Which path is named when it cannot be made durable, and by which error of the system. */
async function refused(paths: readonly string[]): Promise<readonly [path: string, code: string | undefined]> {
  try {
    await syncAll(paths);
  } catch (error) {
    assert.ok(error instanceof SyncError);
    return [error.path, (error.cause as NodeJS.ErrnoException).code];
  }
  return assert.fail('it was made durable');
}

describe('syncAll', () => {
  for (const count of [3, 40]) {
    test(`${count} files and their folder are made durable`, async () => {
      await syncAll([...filesOf(count), folder]);
    });

    test(`of ${count} files, one that is not there is named`, async () => {
      const [first, ...others] = filesOf(count);
      rmSync(first as string);
      assert.deepEqual(await refused([...others, first as string]), [first, 'ENOENT']);
    });

    test(`of ${count} files, one that is a link is named, and not followed`, async () => {
      const link = join(folder, 'link');
      symlinkSync(join(folder, '0'), link);
      assert.deepEqual(await refused([...filesOf(count), link]), [link, 'ELOOP']);
    });
  }
});

describe('a folder with all that is below it', () => {
  beforeEach(() => {
    mkdirSync(join(folder, 'tree/deep'), { recursive: true });
    writeFileSync(join(folder, 'tree/deep/1'), 'a');
  });

  test('is made durable', async () => {
    await syncAll([`${join(folder, 'tree')}/`]);
  });

  test('that is not there is named, and so is one that is a link', async () => {
    assert.deepEqual(await refused([`${join(folder, 'none')}/`]), [`${join(folder, 'none')}/`, 'ENOENT']);
    symlinkSync('tree', join(folder, 'link'));
    assert.deepEqual(await refused([`${join(folder, 'link')}/`]), [`${join(folder, 'link')}/`, 'ELOOP']);
  });

  test('is one path where the file system was written out, and else each of its files', async () => {
    const onOne = () => 1;
    assert.deepEqual(
      afterFileSystems(['a', 'b/'], onOne, () => true),
      ['b'],
    );
    const left = afterFileSystems(['a', 'b/'], onOne, () => false);
    assert.deepEqual(left, ['a', 'b/']);
    assert.deepEqual(
      allOf(join(folder, 'tree')),
      ['tree/deep/1', 'tree/deep', 'tree'].map((path) => join(folder, path)),
    );
  });
});

describe('many files', () => {
  const onTwo = (path: string) => (path.startsWith('a') ? 1 : 2);

  test('wait once for each file system, and one of each is left to fsync', () => {
    const written: string[] = [];
    const left = afterFileSystems(['a1', 'b1', 'a2', 'b2', 'a3'], onTwo, (path) => written.push(path) > 0);
    assert.deepEqual(written, ['a3', 'b2']);
    assert.deepEqual(left, ['a3', 'b2']);
  });

  test('of a file system that was not written out, all are left to fsync', () => {
    const left = afterFileSystems(['a1', 'b1', 'a2', 'b2'], onTwo, (path) => path.startsWith('a'));
    assert.deepEqual(left, ['a2', 'b1', 'b2']);
  });

  test('are each written by itself where syncfs might hide that one was not', () => {
    const ext4 = 0xef53;
    assert.deepEqual(
      ['5.8.0', '6.1.0-32-amd64', '10.0.1'].map((kernel) => tellsAll(kernel, ext4)),
      [true, true, true],
    );
    assert.deepEqual(
      ['5.7.19', '4.19.0', 'unknown'].map((kernel) => tellsAll(kernel, ext4)),
      [false, false, false],
    );
    const fuse = 0x65735546;
    assert.equal(tellsAll('6.1.0', fuse), false);
  });

  test('the kernel does as it is asked, and says where it cannot', () => {
    const fd = openSync(folder, 'r');
    try {
      assert.equal(syncfs(fd), true);
    } finally {
      closeSync(fd);
    }
    assert.equal(syncfs(fd), false);
  });
});
