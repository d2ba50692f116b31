import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { destructionClaims } from '../../src/verify/destruction-claims.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { destroying, erasing } from '../forge/destroying.ts';
import { forge } from '../forge/forge.ts';
import type { RecordOptions } from '../forge/record.ts';

async function claimsOf(record: RecordOptions) {
  const { source, options, derive } = await forge({ record });
  return verifyPack(source, options, derive).claims;
}

describe('that something is gone', () => {
  it('is stated of a key, and that it was this one is what the key signed', async () => {
    const claim = (await claimsOf(destroying)).find(({ claim: said }) => said.startsWith('the key that step'));
    assert.deepEqual(claim, {
      claim: 'the key that step "destroyed" destroyed on "root-hsm" is gone',
      status: 'stated',
      detail: 'by the computer; that it was this key which was there, the key itself signed right before',
    });
  });

  it('is stated of an HSM that was erased', async () => {
    const claim = (await claimsOf(erasing)).find(({ claim: said }) => said.includes('erased'));
    assert.deepEqual([claim?.status, claim?.claim], ['stated', 'step "erased" erased "root-hsm"']);
  });

  it('is the word of the computer alone where the private object did not sign', () => {
    const finished = {
      operation: { op: 'destroy-key', step: 'gone', hsm: { name: 'root-hsm' } },
      result: { facts: { destroyed: ['public-key'] } },
    };
    const [claim] = destructionClaims([finished] as unknown as Parameters<typeof destructionClaims>[0]);
    assert.match(String(claim?.detail), /^by the computer alone: /);
  });
});
