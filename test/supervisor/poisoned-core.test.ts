import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { Caller } from '../../src/channel/requests.ts';
import { readCast } from '../../src/rehearsal/cast.ts';
import { setStage } from '../../src/rehearsal/stage.ts';
import { COMMON_FLAGS, coreFlags, startGuard } from '../../src/supervisor/processes.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { CAST, inMinutes } from '../guard/staged-guard.ts';

test('a core whose crypto.verify is patched to say yes still cannot make the guard use the HSM', async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-poisoned-'));
  const window = { from: inMinutes(-60), until: inMinutes(60) };
  const stage = await setStage({
    cast: readCast(CAST),
    folder,
    script: sha256('script'),
    program: sha256('program'),
    window,
  });
  const guard = startGuard(stage.modules, 'pipe');
  try {
    await new Caller(guard.pipe(3), 'the guard', 'GUARD_DIED').call('start', stage.start);
    const core = spawn(
      process.execPath,
      [...COMMON_FLAGS, ...coreFlags([], []), join(PROGRAM_ROOT, 'test', 'supervisor', 'poisoned-core.ts')],
      {
        stdio: ['pipe', 'pipe', 'inherit', 'ignore', guard.pipe(4)],
      },
    );
    const seats = ['crypto-officer-1', 'crypto-officer-2', 'crypto-officer-3'];
    // One officer has RSA keys, whose signatures are longer; the three named here have P-256.
    const operation = {
      op: 'inventory',
      hsm: { name: 'root-hsm', model: 'SoftHSM v2', serial: null },
      step: 'look',
      index: 0,
      hold: null,
    };
    core.stdin?.end(JSON.stringify({ roster: stage.start['roster'], operation, seats, expires: inMinutes(10) }));
    let printed = '';
    core.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8');
    });
    await new Promise((resolve) => core.on('close', resolve));
    assert.deepEqual(
      JSON.parse(printed),
      { own: seats, guard: 'APPROVAL_SIGNATURE' },
      'counted as a quorum by the poisoned process, refused by the guard',
    );
  } finally {
    guard.child.kill('SIGKILL');
    await guard.exited;
    rmSync(folder, { recursive: true, force: true });
  }
});
