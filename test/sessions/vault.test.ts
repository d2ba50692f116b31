import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inTurn, layTable, QUORATE, ROOT, Session } from './table.ts';

const SCRIPT = join(ROOT, 'ceremonies', 'root-generation-vault.yaml');
const ROWS = 24;
const COLUMNS = 80;

describe('a ceremony in the vault, at the table', () => {
  it('goes from the paper before it to the last bag, and the auditor verifies it elsewhere on the way', async () => {
    const table = layTable(SCRIPT);
    const session = new Session(table);
    const bagOf = (officer: number) => table.bags.get(`cards@crypto-officer-${officer}`) ?? '';
    try {
      const turns = inTurn(
        // The wrong card is taken out first: the number is not the one of the list.
        [/cards@crypto-officer-2" to\s+the\s+camera[\s\S]*the number on the bag ?$/, bagOf(3)],
        [/another number is on the list/, '<C-u>', bagOf(2)],
      );
      const last = await session.playUntil(/The ceremony has ended/, turns);
      assert.equal(turns.left(), 0);
      assert.match(last, /complete/);
      session.enter('');
      assert.equal(await session.end(), 0, session.stderr());
      const wide = session.still.filter((screen) =>
        screen.split('\n').some((row, index) => row.length > COLUMNS || index >= ROWS),
      );
      assert.deepEqual(wide, []);
      // The number on a bag is read off the bag: it never stands where it is asked for.
      const asking = session.still.filter((screen) => /the number on the bag ?$/.test(screen));
      assert.ok(asking.length >= 10, `${asking.length} screens ask for a number`);
      for (const screen of asking) {
        const [, thing = ''] = /"([a-z][a-z0-9.@-]*)" to the camera/.exec(screen.replace(/\s+/g, ' ')) ?? [];
        const bag = table.bags.get(thing);
        assert.ok(bag === undefined || !screen.includes(bag), screen);
      }
      assert.ok(session.seen.some((screen) => screen.includes('another number is on the list')));
      // What the auditor types from the second screen stands nowhere where it is asked for.
      const second = session.still.filter((screen) => /From the second screen: type/.test(screen));
      assert.ok(second.length >= 2, `${second.length} screens ask for it`);
      for (const screen of second) assert.doesNotMatch(screen, /^ *8 {2}\w+/m);
      const held = session
        .events()
        .filter((event) => event.type === 'observation' && event.subject === 'second-screen');
      assert.equal(held.length, 2);
      const anchor = ['--expect', 'rehearsal', '--roster', table.roster];
      const verified = spawnSync(QUORATE, ['verify', session.out, ...anchor], { encoding: 'utf8' });
      assert.equal(verified.status, 0, verified.stdout + verified.stderr);
    } finally {
      session.close();
      table.remove();
    }
  });
});
