import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Module, ObjectClass, type Session, SessionFlag } from 'graphene-pk11';
import type { TokenProcess } from '../../src/token/client.ts';
import { bindPinFunctions, CKU } from '../../src/token/pin-functions.ts';
import { makeSoftHsm, type SoftHsm } from '../softhsm/soft-hsm.ts';
import { der, generate, prepareToken, refusal, startOn, USER_PIN } from './token-fixture.ts';

let hsm: SoftHsm;
let running: TokenProcess;
let token: { readonly serial: string };
/** Another application on the same token, which does what our process never would. */
let other: { readonly module: Module; readonly session: Session };

before(async () => {
  hsm = makeSoftHsm();
  const maker = await startOn(hsm);
  token = await prepareToken(maker, 'objects');
  await maker.end();
  Object.assign(process.env, hsm.environment);
  const module = Module.load(hsm.library);
  module.initialize();
  const slot = [...module.getSlots(true)].find((one) => one.getToken().serialNumber === token.serial)!;
  const session = slot.open(SessionFlag.SERIAL_SESSION | SessionFlag.RW_SESSION);
  bindPinFunctions(hsm.library).login(session.handle, CKU.user, USER_PIN, token.serial);
  other = { module, session };
  running = await startOn(hsm);
  await running.login(token, 'user', USER_PIN);
});
after(async () => {
  await running.end();
  other.module.finalize();
  hsm.remove();
});

const copyOf = (objectClass: ObjectClass, label: string) => {
  const [original] = [...other.session.find({ class: objectClass, label })];
  return other.session.copy(original!, { token: true });
};

/** SubjectPublicKeyInfo → a certificate around it whose signature is nonsense: it is found by its key alone. */
function certificateAround(spki: Buffer): Buffer {
  const element = (tag: number, ...contents: Buffer[]) => {
    const content = Buffer.concat(contents);
    const size = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
    return Buffer.concat([Buffer.of(tag, ...size), content]);
  };
  const algorithm = Buffer.from('300a06082a8648ce3d040302', 'hex');
  const name = element(0x30);
  const validity = element(
    0x30,
    element(0x17, Buffer.from('260101000000Z')),
    element(0x17, Buffer.from('270101000000Z')),
  );
  const version = Buffer.from('a003020102', 'hex');
  const tbs = element(0x30, version, Buffer.of(2, 1, 1), algorithm, name, validity, name, spki);
  return element(0x30, tbs, algorithm, element(0x03, Buffer.of(0), element(0x30, Buffer.of(2, 1, 1, 2, 1, 1))));
}

test('two keys under one label and id: neither is used, neither is destroyed', async () => {
  const pair = await generate(running, token, 'ecdsa-p256', 'twin', '01');
  const copy = copyOf(ObjectClass.PRIVATE_KEY, 'twin');
  const message = new RegExp(
    `^2 private keys on token "${token.serial}" for the public key ${pair.spkiSha256}, exactly 1`,
  );
  await assert.rejects(
    running.sign(token, der(pair.spki), 'ecdsa-sha256', Buffer.from('x')),
    refusal('HSM_OBJECT_MISSING', message),
  );
  await assert.rejects(
    running.destroy(token, 'private-key', 'twin', '01'),
    refusal(
      'HSM_OBJECT_MISSING',
      `2 objects on token "${token.serial}" are private-key "twin" with id "01", exactly 1 was expected`,
    ),
  );
  copy.destroy();
  await running.sign(token, der(pair.spki), 'ecdsa-sha256', Buffer.from('x'));
});

test('one public key under two ids is refused; twice under one id is the same', async () => {
  const pair = await generate(running, token, 'ecdsa-p256', 'ids', '02');
  const copy = copyOf(ObjectClass.PUBLIC_KEY, 'ids');
  assert.equal((await running.findKey(token, der(pair.spki))).id, '02');
  copy.setAttribute({ id: Buffer.of(3) });
  await assert.rejects(running.findKey(token, der(pair.spki)), refusal('HSM_OBJECT_MISSING', /^2 key ids on token /));
  copy.destroy();
});

test('an EC key is found by a certificate where no public key is shown', async () => {
  const pair = await generate(running, token, 'ecdsa-p384', 'certified', '04');
  const value = certificateAround(der(pair.spki));
  other.session.create({
    class: ObjectClass.CERTIFICATE,
    certType: 0,
    token: true,
    private: false,
    label: 'certified',
    id: Buffer.of(4),
    subject: Buffer.from('3000', 'hex'),
    value,
  });
  await running.destroy(token, 'public-key', 'certified', '04');
  const found = await running.findKey(token, der(pair.spki));
  assert.deepEqual([found.id, found.public], ['04', null]);
  const listed = (await running.inventory(token)).find((object) => object.class === 'certificate');
  assert.equal(listed?.valueSha256, createHash('sha256').update(value).digest('hex'));
  assert.deepEqual([listed?.label, listed?.id, listed?.attributes.CERTIFICATE_TYPE], ['certified', '04', 0]);
});

test('an inventory shows what hides behind a login: secret keys and data; and names what is not reported', async () => {
  other.session.generateKey(0x1080, {
    token: true,
    private: true,
    sensitive: true,
    extractable: false,
    label: 'back door',
    id: Buffer.of(5),
    keyType: 0x1f,
    valueLen: 32,
    wrap: true,
  });
  const value = Buffer.from('envelope');
  other.session.create({
    class: ObjectClass.DATA,
    token: true,
    private: true,
    label: 'envelope',
    application: 'a',
    value,
  });
  // A secret key that was put there, not made there: it has no generating mechanism.
  other.session.create({
    class: ObjectClass.SECRET_KEY,
    keyType: 0x10,
    token: true,
    private: true,
    label: 'imported',
    id: Buffer.of(6),
    value: Buffer.alloc(16),
  });
  const find = async (label: string) => (await running.inventory(token)).find((object) => object.label === label);
  const key = await find('back door');
  assert.equal(key?.class, 'secret-key');
  const { KEY_TYPE, VALUE_LEN, EXTRACTABLE, WRAP, LOCAL, KEY_GEN_MECHANISM } = key!.attributes;
  assert.deepEqual([KEY_TYPE, VALUE_LEN, EXTRACTABLE, WRAP, LOCAL], ['CKK_AES', 32, false, true, true]);
  assert.equal(KEY_GEN_MECHANISM, 'CKM_AES_KEY_GEN');
  const imported = await find('imported');
  assert.deepEqual(imported?.unreported, ['KEY_GEN_MECHANISM']);
  assert.equal(imported?.attributes.LOCAL, false);
  const data = await find('envelope');
  assert.deepEqual([data?.class, data?.id, data?.attributes.APPLICATION], ['data', null, 'a']);
  assert.equal(data?.valueSha256, createHash('sha256').update(value).digest('hex'));
  // No value of a key ever.
  assert.ok(!JSON.stringify(await running.inventory(token)).includes(Buffer.alloc(16).toString('hex')));
  await running.destroy(token, 'data', 'envelope', null);
  assert.equal(await find('envelope'), undefined);
  await running.logout(token);
  assert.equal(await find('back door'), undefined);
  await running.login(token, 'user', USER_PIN);
});
