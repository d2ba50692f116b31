import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { layTable, QUORATE, Session } from './table.ts';

describe('a ceremony that was interrupted', { concurrency: 2 }, () => {
  // The others are killed without a terminal, at every write and every call: here people see what it looks like.
  for (const where of [/OPERATION {3}initialise/, /End of act 3/]) {
    it(`goes on after kill -9 at ${where}, to a pack that verifies`, async () => {
      const table = layTable();
      const first = new Session(table);
      try {
        await first.playUntil(where);
        first.kill();
        const again = new Session(table, { out: first.out, args: ['--resume'] });
        try {
          await again.playUntil(/The ceremony has ended/);
          again.enter('');
          assert.equal(await again.end(), 0, again.stderr());
          const anchor = ['--expect', 'rehearsal', '--roster', table.roster];
          const verified = spawnSync(QUORATE, ['verify', again.out, ...anchor], { encoding: 'utf8' });
          assert.equal(verified.status, 0, verified.stdout + verified.stderr);
        } finally {
          again.close();
        }
      } finally {
        first.close();
        table.remove();
      }
    });
  }
});
