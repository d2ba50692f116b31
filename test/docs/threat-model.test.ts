import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMON_FLAGS, coreFlags, guardFlags } from '../../src/supervisor/processes.ts';
import { tokenProcessArguments } from '../../src/token/client.ts';
import { readPage } from './pages.ts';
import { ROOT } from './rehearsed.ts';

const PAGE = readPage('threat-model.md');
/** On one line: a name may be broken over two. */
const TEXT = PAGE.replaceAll(/\s+/g, ' ');

test('every test that is named as proof stands in the file that is named', () => {
  const named = [...TEXT.matchAll(/`(test\/[\w./-]+\.ts)`: ((?:"[^"]+"(?:; )?)+)/g)].flatMap(
    ([, file = '', names = '']) => [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => ({ file, name })),
  );
  assert.ok(named.length > 30, `${named.length} tests are named`);
  for (const { file, name } of named) {
    const source = readFileSync(join(ROOT, file), 'utf8').replaceAll('’', "'");
    assert.ok(source.includes(name.replaceAll('’', "'")), `${file} has no test "${name}"`);
  }
});

test('the flags in the table are those that the processes get', () => {
  const row = (name: string) => {
    const found = PAGE.split('\n').find((line) => line.startsWith(`| **${name}**`));
    assert.ok(found, name);
    return found;
  };
  const shown = (text: string) => [...text.matchAll(/--[a-z0-9-]+/g)].map(([flag]) => flag);
  const given = (flags: readonly string[]) =>
    flags.map((flag) => flag.replace(/=.*$/, '')).filter((flag) => flag.startsWith('--'));
  const distinct = (flags: readonly string[]) => [...new Set(flags)].sort();
  assert.deepEqual(distinct(shown(row('core'))), distinct(given(coreFlags(['/in'], ['/out']))));
  const token = given(tokenProcessArguments(ROOT, 'main.ts')).filter((flag) => !/^--disable/.test(flag));
  assert.deepEqual(distinct(shown(row('token process'))), distinct(token));
  assert.deepEqual(
    distinct([...shown(row('guard')), '--allow-fs-read']),
    distinct(given(guardFlags(['/module.so'], '/dev/printer'))),
  );
  const common = COMMON_FLAGS.filter((flag) => !flag.startsWith('--disable-warning'));
  assert.ok(PAGE.includes(`The common flags are \`${common.join(' ')}\``), common.join(' '));
});
