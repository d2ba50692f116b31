import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { quorate } from './quorate.ts';

const EXAMPLES = fileURLToPath(new URL('../script/examples/', import.meta.url));

/**
 * The scripts as crypto officers want them, whole: what this version does not run is reported, each at its place, and
 * nothing else is. A line that disappears here is a part that has come; one that is not "not supported yet" is a fault.
 */
const UNSUPPORTED: { readonly [example: string]: readonly string[] } = {
  'crl-refresh': [
    '24:26 not supported yet: inputs of type revocation-list',
    '58:124 not supported yet: when an input is there',
    '64:102 not supported yet: revoke',
  ],
};

describe('lint of the examples', { concurrency: 2 }, () => {
  for (const [name, close] of [
    ['root-generation', 103],
    ['intermediate-signing', 110],
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

  for (const [name, unsupported] of Object.entries(UNSUPPORTED)) {
    test(`${name}: every part that is not supported yet, and nothing else`, async () => {
      const { code, out, err } = await quorate(EXAMPLES, 'lint', `${name}.yaml`, '--json');
      assert.equal(err, '');
      assert.equal(code, 2);
      const { problems } = JSON.parse(out) as {
        problems: readonly { line: number; column: number; text: string; severity: string }[];
      };
      assert.deepEqual(
        problems.map(({ line, column, text }) => `${line}:${column} ${text}`),
        unsupported,
      );
      for (const { text, severity } of problems) {
        assert.match(text, /^not supported yet: /);
        assert.equal(severity, 'problem');
      }
    });
  }
});
