import assert from 'node:assert/strict';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { layTable, Session } from './table.ts';

describe('a ceremony that keeps its record twice', () => {
  it('asks at the table when one is pulled, and both are the same again once it is back', async () => {
    const table = layTable();
    const mirror = join(table.folder, '..', 'mirror');
    const session = new Session(table, { args: ['--mirror', mirror] });
    const both = () =>
      ['events.jsonl', 'chain.jsonl'].map((name) =>
        [session.out, mirror].map((at) => readFileSync(join(at, name), 'utf8')),
      );
    const assertSame = () => {
      for (const [one, other] of both()) assert.equal(one, other);
    };
    try {
      await session.playUntil(/End of act 1/);
      assertSame();
      const opening = session.still.find((screen) => /^ ?mirror +\//m.test(screen));
      assert.ok(opening, 'the second folder stands on the first page');
      renameSync(mirror, `${mirror}.pulled`);
      await session.playUntil(/COPY_LOST: the copy of the record in "/);
      const asked = await session.see(/What is to be done\?[\s\S]*go on with one copy of the record/);
      assert.match(asked, /try again/);
      renameSync(`${mirror}.pulled`, mirror);
      await session.playUntil(/OPERATION {3}initialise/);
      assert.deepEqual(
        session.events().flatMap((event) => (event.type === 'decision' ? [event.choice] : [])),
        ['again'],
      );
      assertSame();
    } finally {
      session.kill();
      session.close();
      table.remove();
    }
  });
});
