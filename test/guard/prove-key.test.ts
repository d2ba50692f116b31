import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { algorithmIdentifier } from '../../src/quorum/mechanism.ts';
import { copyStatement, type Operation } from '../../src/quorum/operation.ts';
import { workWithTools } from '../../src/rehearsal/vendor-tools.ts';
import { parseSpki } from '../../src/x509/public-key.ts';
import { verifySignature } from '../../src/x509/signature.ts';
import { assertRejects } from '../der/refusal.ts';
import { keyOperation, OFFICERS, StagedGuard } from './staged-guard.ts';

const THREE = OFFICERS.slice(0, 3);

describe('a key that signs that it is on an HSM', { concurrency: false }, () => {
  let staged: StagedGuard;
  let hsms: readonly Operation['hsm'][];
  let spki = Buffer.alloc(0);
  let key = '';

  const proof = (which: number, of = key): Operation => ({
    op: 'prove-key',
    hsm: hsms[which] as Operation['hsm'],
    step: `same-key@${hsms[which]?.name ?? ''}`,
    index: 0,
    hold: null,
    key: of,
    mechanism: 'ecdsa-sha384',
  });
  const carryOut = async (one: Operation, seats: readonly string[] = THREE) => {
    const { id } = await staged.propose(one);
    return await staged.guard.execute(id, await staged.approvals(id, seats));
  };
  const holds = (which: number, signature: unknown) => {
    const statement = copyStatement(staged.ceremony, key, hsms[which]?.serial ?? '');
    const identifier = algorithmIdentifier('ecdsa-sha384');
    return verifySignature(parseSpki(spki), identifier, statement, Buffer.from(String(signature), 'base64'));
  };

  before(async () => {
    const copies = [{ from: 'root-hsm', to: 'backup-hsm' }];
    staged = await StagedGuard.start(undefined, undefined, {
      as: 'luna-7',
      tokens: ['root-hsm', 'backup-hsm'],
      vendor: [{ step: 'clone', sheet: 'clone', copies }],
    });
    const document = Buffer.from(String(staged.stage.start['authorization']), 'base64').toString('utf8');
    hsms = JSON.parse(document).hsms.map(({ name, model, serial }: Operation['hsm']) => ({ name, model, serial }));
  });
  after(() => staged.close());

  test('must be one that was made in this ceremony', async () => {
    await assertRejects(() => staged.propose(proof(0, 'ab'.repeat(32))), 'HSM_OBJECT_MISSING', /no key with SPKI/);
    const made = await carryOut({ ...keyOperation(hsms[0]?.serial ?? ''), hsm: hsms[0] as Operation['hsm'] });
    spki = Buffer.from(String(made.facts['spki']), 'base64');
    key = String(made.facts['spkiSha256']);
  });

  test('signs on the HSM on which it was made, and there only before it is copied', async () => {
    const { facts } = await carryOut(proof(0));
    assert.equal(facts['serial'], hsms[0]?.serial);
    assert.ok(holds(0, facts['signature']));
    assert.ok(!holds(1, facts['signature']), 'it says of no other HSM that the key is there');
    await assertRejects(() => carryOut(proof(1)), 'HSM_OBJECT_MISSING', /./);
  });

  test('signs on the HSM to which it was copied, which then refuses its use after the logout', async () => {
    assert.equal((await staged.guard.deactivate('backup-hsm'))['usesRefused'], 0);
    workWithTools('clone', staged.stage.tools);
    const { facts } = await carryOut(proof(1));
    assert.deepEqual([facts['serial'], facts['key']], [hsms[1]?.serial, key]);
    assert.ok(holds(1, facts['signature']));
    assert.match(staged.screen, /OPERATION {3}have a key sign that it is on this HSM/);
    assert.equal((await staged.guard.deactivate('backup-hsm'))['usesRefused'], 1);
  });

  test('needs as many people as any other signature of it', async () => {
    await assertRejects(() => carryOut(proof(1), THREE.slice(0, 2)), 'QUORUM_NOT_MET', /2 of 3 needed people/);
  });

  test('is asked of no other serial than the authorized one', async () => {
    const other = { ...proof(1), hsm: { ...(hsms[1] as Operation['hsm']), serial: hsms[0]?.serial ?? '' } };
    await assertRejects(() => staged.propose(other), 'AUTHORIZATION_TOKEN', /the operation is for/);
    const blank = { ...proof(1), hsm: { ...(hsms[1] as Operation['hsm']), serial: null } };
    await assertRejects(() => staged.propose(blank), 'DESCRIPTOR_INVALID', /a blank token has no key/);
  });
});
