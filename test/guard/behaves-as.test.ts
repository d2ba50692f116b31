import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { keyTemplate } from '../../src/quorum/key-template.ts';
import type { Operation } from '../../src/quorum/operation.ts';
import { assertRejects } from '../der/refusal.ts';
import { FaultProxy } from '../softhsm/fault-proxy.ts';
import { keyOperation, OFFICERS, StagedGuard } from './staged-guard.ts';

const THREE = OFFICERS.slice(0, 3);
const [LABEL, ID] = ['rehearsal-key', '0a0b0c0d'];

describe('an HSM with a row of the quirk table', { concurrency: false }, () => {
  let staged: StagedGuard;
  let usual: Operation & { op: 'generate-key' };
  before(async () => {
    staged = await StagedGuard.start(undefined, undefined, { as: 'nss' });
    const permit = Buffer.from(String(staged.stage.start['authorization']), 'base64').toString('utf8');
    const [{ name, model, serial, behavesAs }] = JSON.parse(permit).hsms;
    assert.equal(behavesAs, 'nss');
    const operation = { ...keyOperation(serial, ID, null, LABEL), hsm: { name, model, serial } };
    usual = operation as typeof usual;
  });
  after(() => staged.close());

  test('is asked for a key by that row alone: the authorization says so', async () => {
    await assertRejects(
      () => staged.propose(usual),
      'DESCRIPTOR_INVALID',
      'the operation has "root-hsm" behave as every other, the authorization as nss',
    );
    assert.equal(FaultProxy.ofStage(staged.folder).count('C_GenerateKeyPair'), 0);
  });

  test('makes a key that is used only once its quorum has accepted what the HSM does not report, all by name', async () => {
    const one: Operation = {
      ...usual,
      behavesAs: 'nss',
      privateTemplate: keyTemplate('private', LABEL, ID, ['COPYABLE']),
    };
    const { id } = await staged.propose(one);
    const approvals = await staged.approvals(id, THREE);
    await assert.rejects(
      staged.guard.execute(id, approvals),
      (error: { code: string; details: { quirks: string[]; orphan: boolean } }) => {
        assert.equal(error.code, 'HSM_QUIRK');
        assert.deepEqual(error.details.quirks, ['private-local', 'private-copyable', 'public-local', 'public-derive']);
        assert.equal(error.details.orphan, true);
        return true;
      },
    );
    assert.match(
      staged.screen,
      /behaves as +nss; the quorum is asked to accept, once the key is made:\n +private-copyable, not told/,
    );
  });

  test('that has none is not asked by one', async () => {
    const luna = await StagedGuard.start(undefined, undefined, { as: 'luna-7' });
    try {
      const permit = Buffer.from(String(luna.stage.start['authorization']), 'base64').toString('utf8');
      const [{ name, model, serial, behavesAs }] = JSON.parse(permit).hsms;
      assert.equal(behavesAs, undefined);
      const one = {
        ...usual,
        behavesAs: 'nss',
        hsm: { name, model, serial },
        privateTemplate: keyTemplate('private', LABEL, ID, ['COPYABLE']),
      };
      await assertRejects(
        () => luna.propose(one),
        'DESCRIPTOR_INVALID',
        'the operation has "root-hsm" behave as nss, the authorization as every other',
      );
    } finally {
      await luna.close();
    }
  });
});
