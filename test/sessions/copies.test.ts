import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { shippedWithBackup } from '../forge/backup.ts';
import { layTable, QUORATE, Session } from './table.ts';

const ROWS = 24;
const COLUMNS = 80;

describe('a key that is copied with the tools of a vendor, at the table', () => {
  it('is copied by the sheet on the screen, in another window, and proven from both HSMs', async () => {
    const scripts = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-copies-'));
    const script = join(scripts, 'copied.yaml');
    writeFileSync(script, shippedWithBackup());
    const table = layTable(script);
    const session = new Session(table);
    try {
      let worked = 0;
      const last = await session.playUntil(/The ceremony has ended/, (screen) => {
        if (!/vendor-clone\.sh/.test(screen.replace(/\s/g, '')) || worked > 0) return undefined;
        worked += 1;
        assert.match(screen, /Say when it is done|Press Enter/);
        const { status, stderr } = spawnSync('sh', [join(table.folder, 'vendor-clone.sh')], { encoding: 'utf8' });
        assert.equal(status, 0, stderr);
        return [''];
      });
      assert.equal(worked, 1);
      assert.match(last, /complete/);
      session.enter('');
      assert.equal(await session.end(), 0, session.stderr());
      const wide = session.still.filter((screen) =>
        screen.split('\n').some((row, index) => row.length > COLUMNS || index >= ROWS),
      );
      assert.deepEqual(wide, []);
      // The sheet stands whole above the question whether it is done, and what officers approve is what it is.
      const sheet = session.still.find(
        (screen) => screen.includes('vendor-clone.sh') && /when it is done ?$/.test(screen),
      );
      assert.match(sheet ?? '', /In another window of this computer:[\s\S]*2\. See that it ended without a word\./);
      const proofs = session.still.filter((screen) => /have a key sign that it is on this HSM/.test(screen));
      assert.ok(proofs.some((screen) => /HSM {9}backup-hsm: /.test(screen)));
      // A row that is wider than the terminal would be broken there, behind a mark.
      for (const screen of proofs) assert.doesNotMatch(screen, /^ +\| /m);
      const anchor = ['--expect', 'rehearsal', '--roster', table.roster];
      const verified = spawnSync(QUORATE, ['verify', session.out, ...anchor], { encoding: 'utf8' });
      assert.equal(verified.status, 0, verified.stdout + verified.stderr);
    } finally {
      session.close();
      table.remove();
      rmSync(scripts, { recursive: true, force: true });
    }
  });
});
