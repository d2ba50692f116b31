import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { layTable, QUORATE, Session } from './table.ts';

test('a ceremony with people is not begun without a terminal, nor on one that is too small', async () => {
  const table = layTable();
  const out = join(dirname(table.folder), 'never');
  try {
    const run = ['run', table.script, '--site', table.site, '--out', out];
    const alone = spawnSync('setsid', ['--wait', QUORATE, ...run], { encoding: 'utf8' });
    assert.equal(alone.status, 64, alone.stderr);
    assert.match(
      alone.stderr,
      /^quorate: TERMINAL_MISSING: a ceremony with people is run at a terminal, and there is/m,
    );
    assert.match(alone.stderr, /^quorate: start it on a console; quorate rehearse needs none$/m);
    const small = new Session(table, { command: run, columns: 79 });
    try {
      assert.equal(await small.end(), 64);
      assert.match(small.stderr(), /TERMINAL_MISSING: the terminal has 79 columns and 24 rows; 80 and 24 are wanted/);
    } finally {
      small.close();
    }
    assert.ok(!existsSync(out));
    // A printer of paper shares is looked for where the script has some printed, and nowhere else.
    const named = readFileSync(table.site, 'utf8');
    writeFileSync(table.site, named.replace(/^\{/m, `{\n  "printer": "${join(table.folder, 'no-printer')}",`));
    const unplugged = spawnSync('setsid', ['--wait', QUORATE, ...run], { encoding: 'utf8' });
    assert.equal(unplugged.status, 64, unplugged.stderr);
    writeFileSync(table.site, named);
  } finally {
    table.remove();
  }
});
