import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { FOLDERS } from '../../scripts/import-table.ts';
import { printDocuments } from '../../scripts/print-docs.ts';
import { ERROR_CODES, EXIT } from '../../src/base/errors.ts';

describe('printed documents', () => {
  let root: string;
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const change = (path: string, from: string | RegExp, to: string) => {
    const text = read(path);
    assert.match(text, typeof from === 'string' ? new RegExp(from.replace(/[|`]/g, '\\$&')) : from);
    writeFileSync(join(root, path), text.replace(from, to));
  };
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'quorate docs '));
    cpSync(join(import.meta.dirname, '../../docs'), join(root, 'docs'), { recursive: true });
    printDocuments(root, false);
  });
  after(() => rmSync(root, { recursive: true }));

  test('are as printed, once printed', () => assert.deepEqual(printDocuments(root, true), []));

  test('name every error code with its meaning, and every exit code', () => {
    const text = read('docs/errors.md');
    for (const [code, { meaning }] of Object.entries(ERROR_CODES))
      assert.ok(text.includes(`| \`${code}\` | ${meaning} |`), code);
    for (const exit of Object.values(EXIT)) assert.match(text, new RegExp(`^\\| ${exit} \\| \\w`, 'm'));
  });

  test('name every folder of the import table', () => {
    const text = read('docs/architecture.md');
    for (const { folder, why } of FOLDERS)
      assert.ok(text.includes(`| \`${folder}\``) && text.includes(`| ${why} |`), folder);
  });

  test('that were edited by hand are found, and printed again; the text around them stays', () => {
    change('docs/errors.md', '| `USAGE` |', '| `MISUSE` |');
    change('docs/architecture.md', '| `der` | `base` |', '| `der` | `run` |');
    change('docs/architecture.md', '# Architecture', '# The house');
    assert.deepEqual(printDocuments(root, true), ['docs/errors.md', 'docs/architecture.md']);
    assert.deepEqual(printDocuments(root, false), ['docs/errors.md', 'docs/architecture.md']);
    assert.deepEqual(printDocuments(root, true), []);
    assert.match(read('docs/errors.md'), /\| `USAGE` \|/);
    assert.match(read('docs/architecture.md'), /^# The house\n/);
  });

  test('whose markers are gone are an error, not a silence', () => {
    change('docs/architecture.md', /<!-- printed: import-table -->/, '');
    assert.throws(() => printDocuments(root, true), {
      message: /^docs\/architecture\.md has no "<!-- printed: import-table -->"/,
    });
  });
});
