import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import type { Operation } from '../../src/quorum/operation.ts';
import { FaultProxy } from '../softhsm/fault-proxy.ts';
import type { Authorized } from '../softhsm/interposed-stage.ts';
import { keyOperation, OFFICERS, StagedGuard } from './staged-guard.ts';

const THREE = OFFICERS.slice(0, 3);

/** A guard for a YubiHSM that is played, activated as `change` has it. */
async function withGuard(
  change: (hsm: Authorized) => void,
  use: (staged: StagedGuard, proxy: FaultProxy, carryOut: (label: string) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  let named: Operation['hsm'] | undefined;
  const staged = await StagedGuard.start(undefined, undefined, {
    as: 'yubihsm',
    authorized: ({ hsms: [hsm] }) => {
      named = { name: hsm.name, model: hsm.model, serial: hsm.serial };
      change(hsm);
    },
  });
  try {
    let number = 0;
    await use(staged, FaultProxy.ofStage(staged.folder), async (label) => {
      assert.ok(named?.serial);
      number += 1;
      const one: Operation = { ...keyOperation(named.serial, `0a0b0c0${number}`, null, label), hsm: named };
      const { id } = await staged.propose(one);
      return await staged.guard.execute(id, await staged.approvals(id, THREE));
    });
  } finally {
    await staged.close();
  }
}

const loginsOf = (proxy: FaultProxy) => proxy.returned().filter((line) => line.startsWith('C_Login '));

describe('an HSM whose PIN people type', { concurrency: false }, () => {
  test('in two parts gets them joined behind the prefix of its kind, once', async () => {
    const split = (hsm: Authorized) => {
      hsm.activation = { means: 'split-pin', parts: 2, pin: hsm.activation.pin };
    };
    await withGuard(split, async (staged, proxy, carryOut) => {
      const whole = staged.stage.hsmPins.get('root-hsm') ?? '';
      staged.hsmPin = (part) => (part === ', part 1 of 2' ? whole.slice(0, 7) : whole.slice(7));
      const { facts } = (await carryOut('rehearsal-split')) as { facts: Record<string, unknown> };
      assert.equal(facts['protection'], "custom (people typed the PIN in parts; it was in this computer's memory)");
      assert.deepEqual(loginsOf(proxy), ['C_Login user=1 pin=20 rv=0']);
      assert.match(staged.screen, /IS UNLOCKED BY A PIN IN 2 PARTS\nEach part is typed by another person/);
      assert.doesNotMatch(staged.screen, new RegExp(whole.slice(0, 7)));

      staged.hsmPin = () => '1234';
      await assert.rejects(carryOut('rehearsal-wrong'), (error) => {
        assert.ok(error instanceof CeremonyError);
        assert.equal(error.code, 'HSM_PIN_INCORRECT');
        return true;
      });
      assert.equal(loginsOf(proxy).length, 2, 'one try, and no second one');
    });
  });

  test('of another form than its kind has costs no try', async () => {
    const digits = (hsm: Authorized) => {
      hsm.activation.pin.alphabet = 'digits';
    };
    await withGuard(digits, async (staged, proxy, carryOut) => {
      for (const wrong of ['1234567', '12345678x']) {
        staged.hsmPin = () => wrong;
        await assert.rejects(carryOut('rehearsal-form'), (error) => {
          assert.ok(error instanceof CeremonyError);
          assert.equal(error.code, 'PIN_LENGTH');
          assert.equal(error.message, 'what was typed is no PIN of "root-hsm": 8..60 of digits are expected');
          assert.equal(error.details?.['reached'], 'no');
          return true;
        });
      }
      assert.deepEqual(loginsOf(proxy), []);
      staged.hsmPin = () => staged.stage.hsmPins.get('root-hsm') ?? '';
      const { facts } = (await carryOut('rehearsal-one')) as { facts: Record<string, unknown> };
      assert.equal(facts['protection'], "custom (one PIN was typed; it was in this computer's memory)");
    });
  });
});
