import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSoftHsm } from '../softhsm/soft-hsm.ts';
import { prepareToken, refusal, startOn, startRaw } from './token-fixture.ts';

test('readers are told with what is in them, and nothing is opened', async () => {
  const hsm = makeSoftHsm();
  const process = await startOn(hsm);
  try {
    const [blank, ...none] = await process.readers();
    assert.deepEqual(none, []);
    assert.deepEqual(blank, { description: 'SoftHSM slot ID 0x0', tokenPresent: true });
    await prepareToken(process, 'one');
    const readers = await process.readers();
    assert.equal(readers.length, 2);
    const tokens = await process.tokens();
    assert.deepEqual(
      readers.map(({ description }) => description).sort(),
      tokens.map(({ slotDescription }) => slotDescription).sort(),
    );
  } finally {
    await process.end();
    hsm.remove();
  }
});

test('the request has no parameters', async () => {
  const hsm = makeSoftHsm();
  const { caller, child } = startRaw(hsm);
  try {
    await assert.rejects(caller.call('readers'), refusal('PKCS11_ARGUMENT', 'no PKCS#11 module is open'));
    await assert.rejects(
      caller.call('readers', { slot: 1 }),
      refusal('PKCS11_ARGUMENT', 'the request "readers" has an unknown member "slot"'),
    );
  } finally {
    child.kill('SIGKILL');
    hsm.remove();
  }
});
