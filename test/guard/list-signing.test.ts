import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import type { HsmSession } from '../../src/guard/hsm.ts';
import { signList } from '../../src/guard/list-signing.ts';
import type { TokenProcess } from '../../src/token/client.ts';
import { assertRejects } from '../der/refusal.ts';
import { keyOf } from '../issue/software-ca.ts';
import { listOf } from '../quorum/listed.ts';

const { spki, privateKey } = keyOf('ecdsa-p384');
const PAYLOADS = Array.from({ length: 120 }, (_, index) => Buffer.from(`payload ${index}`));

/** A token whose n-th signature is not what it should be, or that is gone then. */
function played(fault?: (index: number) => Uint8Array | undefined) {
  const asked: number[] = [];
  let made = 0;
  const client = {
    get lastingCalls() {
      return made;
    },
    async signMany(_token: unknown, _spki: unknown, _algorithm: unknown, payloads: readonly Uint8Array[]) {
      asked.push(payloads.length);
      return payloads.map((payload) => fault?.(made++) ?? sign('sha384', payload, privateKey));
    },
  } as unknown as TokenProcess;
  const session = {
    authorized: { name: 'root-hsm' },
    keys: new Map([[sha256(spki), { spki, label: 'root' }]]),
    named: { serial: 'A1' },
    protection: 'shares',
  } as unknown as HsmSession;
  const { operation, payload } = listOf(PAYLOADS);
  return { asked, run: () => signList(session, client, operation, payload) };
}

describe('what a token signs in a list', () => {
  test('is asked for in parts, and comes whole and in order', async () => {
    const { asked, run } = played();
    const { facts } = await run();
    assert.deepEqual(asked, [50, 50, 20]);
    assert.equal((facts['signatures'] as string[]).length, 120);
  });

  test('is thrown away for one signature that does not verify, wherever it is', async () => {
    for (const bad of [0, 49, 50, 119]) {
      const wrong = (index: number) => (index === bad ? sign('sha384', Buffer.from('other'), privateKey) : undefined);
      const name = String(bad).padStart(4, '0');
      await assertRejects(
        () => played(wrong).run(),
        'HSM_SIGNATURE',
        `item ${bad + 1}, "device-${name}.crt": the signature that the token made with "root" does not verify`,
      );
    }
  });

  test('is thrown away where two signatures are exchanged, or one is missing', async () => {
    const swapped = (index: number) =>
      index === 3 || index === 4 ? sign('sha384', PAYLOADS[7 - index] as Buffer, privateKey) : undefined;
    await assertRejects(() => played(swapped).run(), 'HSM_SIGNATURE', /^item 4, /);
    const none = (index: number) => (index === 100 ? new Uint8Array(0) : undefined);
    await assertRejects(() => played(none).run(), 'HSM_SIGNATURE', /^item 101, /);
  });

  test('is asked for under a key that is known alone', async () => {
    const { operation, payload } = listOf(PAYLOADS);
    const session = { authorized: { name: 'root-hsm' }, keys: new Map(), named: { serial: 'A1' } };
    await assert.rejects(
      signList(session as unknown as HsmSession, {} as TokenProcess, operation, payload),
      (error) => error instanceof CeremonyError && error.code === 'HSM_OBJECT_MISSING',
    );
  });
});
