import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');

test('reading a script loads the packages yaml and zod, base, the operation classes, the kinds of evidence, and nothing else', () => {
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({ load(url, context, next) { loaded.add(url); return next(url, context); } });
    await import(${JSON.stringify(join(ROOT, 'src', 'script', 'read-script.ts'))});
    await import(${JSON.stringify(join(ROOT, 'src', 'script', 'problem.ts'))});
    console.log(JSON.stringify([...loaded]));`;
  const child = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.equal(child.status, 0, child.stderr);
  const urls = JSON.parse(child.stdout) as string[];
  const groups = urls.map(
    (url) =>
      /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ??
      /\/(src\/[^/]+)\//.exec(url)?.[1] ??
      (url.startsWith('node:') ? 'node' : url),
  );
  assert.deepEqual([...new Set(groups)].sort(), ['node', 'src/base', 'src/quorum', 'src/script', 'yaml', 'zod']);
  assert.deepEqual(
    urls
      .filter((url) => url.includes('/src/quorum/'))
      .map((url) => url.split('/').at(-1))
      .sort(),
    ['classes.ts', 'evidence-kinds.ts'],
  );
  assert.deepEqual([...new Set(urls.filter((url) => url.startsWith('node:')))].sort(), NODE_MODULES);
});

/** No disk, no network, no child process: buffer and process are yaml's own, for Buffer and two debugging variables. */
const NODE_MODULES = ['node:buffer', 'node:crypto', 'node:process'];
