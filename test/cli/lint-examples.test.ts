import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { quorate } from './quorate.ts';

const EXAMPLES = fileURLToPath(new URL('../script/examples/', import.meta.url));

describe('lint of the examples', { concurrency: 2 }, () => {
  for (const [name, close] of [
    ['root-generation', 103],
    ['intermediate-signing', 110],
    ['crl-refresh', 82],
  ] as const) {
    test(`${name}: all of it is supported, and it is warned of what the close still wants`, async () => {
      const { code, out } = await quorate(EXAMPLES, 'lint', `${name}.yaml`, '--json');
      assert.equal(code, 0);
      const { problems } = JSON.parse(out) as { problems: readonly { line: number; text: string; severity: string }[] };
      assert.deepEqual(
        problems.map(({ line, severity, text }) => [line, severity, text.slice(0, 49)]),
        [[close, 'warning', 'the manifest is signed and the pack written when ']],
      );
    });
  }
});
