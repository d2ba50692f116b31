import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { type KeysWanted, memberKeys } from '../../src/guard/member-key-pairs.ts';
import type { ObjectFacts, TokenProcess } from '../../src/token/client.ts';
import { assertRejects } from '../der/refusal.ts';

const WANTED: KeysWanted = {
  ceremony: sha256('ceremony'),
  seat: 'alice',
  serial: '',
  name: { serial: 'unused' },
  keys: 'adopted',
  algorithm: 'ecdsa-p256',
  labels: { sign: null, open: null },
  key: null,
};

function object(kind: string, id: string, more: object): ObjectFacts {
  return {
    class: kind,
    label: '',
    id,
    attributes: {},
    unreported: [],
    spki: null,
    spkiSha256: null,
    valueSha256: null,
    ...more,
  };
}

/** A key pair as a card shows it: the private half, and beside it what has the public key. */
function pair(id: string, label: string, uses: object, shown: 'public-key' | 'certificate') {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const attributes = { SENSITIVE: true, EXTRACTABLE: false, ...uses };
  return {
    spki,
    objects: [object('private-key', id, { label, attributes }), object(shown, id, { spki: spki.toString('base64') })],
  };
}

function tokenWith(objects: readonly ObjectFacts[], name = 'CKR_FUNCTION_NOT_SUPPORTED'): TokenProcess {
  return {
    inventory: async () => objects,
    generateKeyPair: async () => {
      throw new CeremonyError('PKCS11_ERROR', `C_GenerateKeyPair returned ${name}`, { details: { name } });
    },
  } as unknown as TokenProcess;
}

test('a key whose public half the card shows in a certificate alone is adopted', async () => {
  const signing = pair('02', 'SIGN key', { SIGN: true }, 'certificate');
  const opening = pair('03', 'KEY MAN key', { DERIVE: true }, 'public-key');
  const made = await memberKeys(tokenWith([...signing.objects, ...opening.objects]), WANTED);
  assert.deepEqual([made.sign.spki, made.sign.label], [signing.spki, 'SIGN key']);
  assert.deepEqual([made.open.spki, made.open.label], [opening.spki, 'KEY MAN key']);
});

test('of two keys that sign it is the one by which the site knows the card', async () => {
  const login = pair('01', 'PIV AUTH key', { SIGN: true }, 'certificate');
  const signing = pair('02', 'SIGN key', { SIGN: true }, 'certificate');
  const opening = pair('03', 'KEY MAN key', { DERIVE: true }, 'certificate');
  const token = tokenWith([...login.objects, ...signing.objects, ...opening.objects]);
  await assertRejects(() => memberKeys(token, WANTED), 'TOKEN_UNEXPECTED', /holds 2 key pairs of which one signs/);
  const { sign } = await memberKeys(token, { ...WANTED, key: sha256(signing.spki) });
  assert.equal(sign.label, 'SIGN key');
  await assertRejects(
    () => memberKeys(token, { ...WANTED, key: sha256(signing.spki), labels: { sign: 'PIV AUTH key', open: null } }),
    'TOKEN_UNEXPECTED',
    `the token without a serial of "alice" would sign with "PIV AUTH key"; the site knows it by the key ${sha256(signing.spki)}`,
  );
});

test('a card that makes no keys for its holder is refused with what to do', async () => {
  const making = () => memberKeys(tokenWith([]), { ...WANTED, keys: 'generated' });
  await assertRejects(
    making,
    'TOKEN_UNEXPECTED',
    'the token without a serial of "alice" makes no keys for its holder: C_GenerateKeyPair returned CKR_FUNCTION_NOT_SUPPORTED',
  );
  await assert.rejects(making, ({ hint }: CeremonyError) => /enrolled as they are: "keys: adopted"/.test(hint ?? ''));
  await assertRejects(
    () => memberKeys(tokenWith([], 'CKR_GENERAL_ERROR'), { ...WANTED, keys: 'generated' }),
    'PKCS11_ERROR',
    'C_GenerateKeyPair returned CKR_GENERAL_ERROR',
  );
});
