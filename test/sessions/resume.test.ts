import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { inTurn, layTable, QUORATE, Session } from './table.ts';

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
          const command = again.still.find((screen) => screen.includes('run --resume'));
          assert.ok(command?.includes(table.site.slice(-20)), 'the command is shown before anything else');
          assert.ok(again.still.some((screen) => screen.includes('ceremony id: compare it with your paper')));
          const told = again.still.find((screen) => screen.includes('THIS CEREMONY WAS INTERRUPTED'));
          assert.match(told ?? '', /^ events .*\n step [\s\S]*\n\? /m, 'what was going on stands there to be read');
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

  it('is ended in order where nobody has the head on paper any more, and verifies as aborted', async () => {
    const table = layTable();
    const first = new Session(table);
    try {
      await first.playUntil(/End of act 3/);
      first.kill();
      const again = new Session(table, { out: first.out, args: ['--resume'] });
      try {
        const turns = inTurn(
          [/four words ?$/, '?'],
          [/What do you want\?/, '<Down>', '<Enter>'],
          [/Why is the ceremony aborted/, 'The papers are lost'],
          [/Type ABORT to abort/, 'ABORT'],
        );
        await again.playUntil(/The ceremony has ended/, turns);
        assert.equal(turns.left(), 0);
        again.enter('');
        assert.equal(await again.end(), 130, again.stderr());
        const events = again.events();
        const resume = events.find((event) => event.type === 'resume');
        assert.deepEqual(resume?.typedBy, []);
        const abort = events.find((event) => event.type === 'abort');
        assert.match(abort?.message ?? '', /^the people ended the interrupted ceremony: The papers are lost$/);
        const anchor = ['--expect', 'rehearsal', '--roster', table.roster, '--outcome', 'aborted'];
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
});
