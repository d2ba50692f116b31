import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FolderFiles } from '../../src/adapters/files.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { keeping } from '../../src/run/keeping-files.ts';

test('a file that is kept has a durable name afterwards, and so have the folders that it is in', async () => {
  const root = mkdtempSync(join(tmpdir(), 'quorate-keeping-'));
  try {
    // As a process that was killed after the new name and before the sync has left them.
    mkdirSync(join(root, 'outputs', 'batch'), { recursive: true });
    for (const name of ['one', 'two']) writeFileSync(join(root, 'outputs', 'batch', name), name);
    const synced: string[] = [];
    const files = keeping(new FolderFiles(root, async (paths) => void synced.push(...paths), true));
    const bytes = (text: string) => Buffer.from(text);
    await files.createAll([
      ['outputs/batch/one', bytes('one')],
      ['outputs/batch/two', bytes('two')],
    ]);
    const chain = [join(root, 'outputs', 'batch'), join(root, 'outputs'), root];
    assert.deepEqual(
      chain.filter((folder) => !synced.includes(folder)),
      [],
    );
    assert.equal(synced.filter((path) => path === chain[0]).length, 1, 'once for both');
    // What is new is made, and what is another is refused as ever.
    synced.length = 0;
    await files.create('new', bytes('new'));
    assert.ok(synced.includes(root), synced.join());
    assert.equal(String(await files.read('new')), 'new');
    await assert.rejects(
      files.create('outputs/batch/one', bytes('other')),
      (error: unknown) => error instanceof CeremonyError && error.code === 'OUTPUT_EXISTS',
    );
  } finally {
    rmSync(root, { recursive: true });
  }
});
