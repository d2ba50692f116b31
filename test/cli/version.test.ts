import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { quorate } from './quorate.ts';

const PACKAGE = new URL('../../package.json', import.meta.url);

test('the version is told in each way of asking for it', async () => {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  for (const asked of ['--version', '-V', 'version'])
    assert.deepEqual(await quorate('/', asked), { code: 0, out: `${version}\n`, err: '' }, asked);
});
