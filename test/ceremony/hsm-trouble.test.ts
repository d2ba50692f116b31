import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { CKR, type FaultProxy } from '../softhsm/fault-proxy.ts';
import { interpose } from '../softhsm/interposed-stage.ts';
import { conduct } from './conducted.ts';

const FAULTS = [
  {
    name: 'the module crashes when it has made the root key',
    arm: (hsm: FaultProxy) => hsm.at('C_GenerateKeyPair', 1, 'segv', 'after'),
    code: 'TOKEN_PROCESS_DIED',
    facts: { reached: 'maybe', call: 'C_GenerateKeyPair', end: 'SIGSEGV' },
    hint: /it is not known whether a key was made; see whether the device and its cables are as they were/,
  },
  {
    name: 'the HSM is taken away before it makes the root key, and never comes back',
    arm: (hsm: FaultProxy) => hsm.at('C_GenerateKeyPair', 1, 'remove'),
    code: 'HSM_REMOVED',
    facts: { reached: 'maybe', call: 'C_GenerateKeyPair', name: 'CKR_DEVICE_REMOVED', ckr: 50 },
    hint: /it is not known whether a key was made; put the same one back, then see what is on it/,
  },
  {
    name: 'the HSM has forgotten the login of the activation that is held',
    arm: (hsm: FaultProxy) => hsm.at('C_GenerateKeyPair', 1, { return: CKR.userNotLoggedIn }),
    code: 'HSM_SESSION_LOST',
    facts: { reached: 'maybe', call: 'C_GenerateKeyPair', name: 'CKR_USER_NOT_LOGGED_IN', ckr: 257 },
    hint: /it is not known whether a key was made; see whether the device was restarted or another program uses it/,
  },
] as const;

for (const { name, arm, code, facts, hint } of FAULTS) {
  test(`${name}: recorded with what may have been done, closed in order, and it verifies as aborted`, async () => {
    let hsm: FaultProxy | undefined;
    const held = await conduct({
      reset: async (stage, folder) => {
        const interposed = await interpose(stage, join(folder, 'faults'));
        hsm = interposed.hsm('root-hsm');
        arm(hsm);
        return interposed.stage;
      },
    });
    try {
      assert.equal(held.code, 4, held.stderr);
      assert.match(
        held.stderr,
        new RegExp(`quorate: ${code}: .*"root-hsm" .* during generate-key of step "root-key": `),
      );
      assert.match(held.stderr, hint);
      const events = readFileSync(join(held.out, 'events.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      const failed = events.filter((event) => event.type === 'result' && event.outcome === 'failed');
      assert.equal(failed.length, 1);
      const { message, serial, ...rest } = failed[0].facts;
      assert.deepEqual(rest, { code, hsm: 'root-hsm', operation: 'generate-key', ...facts });
      assert.ok(message.includes(`serial ${serial}`), message);
      assert.equal(events.at(-1)?.outcome, 'aborted');
      // Two logins to prepare the token, and one that the inventory and the key share.
      assert.equal(hsm?.count('C_Login'), 3);
      assert.equal(hsm?.count('C_GenerateKeyPair'), 1);
      const roster = String(held.stage.start['expectedRoster']);
      const verified = spawnSync(
        join(PROGRAM_ROOT, 'bin', 'quorate'),
        ['verify', held.out, '--expect', 'rehearsal', '--roster', roster, '--outcome', 'aborted'],
        { encoding: 'utf8' },
      );
      assert.equal(verified.status, 0, verified.stdout + verified.stderr);
    } finally {
      held.remove();
    }
  });
}
