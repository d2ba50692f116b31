import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { algorithmIdentifier, mechanismForKey, mechanismOf } from '../../src/quorum/mechanism.ts';
import { memberMechanism, signAsMember, verifyAsMember } from '../../src/quorum/member-signature.ts';
import { ALGORITHMS, SIGNATURE_MECHANISMS } from '../../src/quorum/operation.ts';
import { assertRefuses, assertRejects } from '../der/refusal.ts';
import { makeToken, signWith } from '../forge/stage.ts';
import { openssl, pathOf, put } from '../x509/openssl.ts';

const CONTENT = Buffer.from('the authorization');
const TOKEN = makeToken('alice', 'token-1');
const SPARE = makeToken('alice', 'token-2');
const OTHER = makeToken('bob', 'token-3');

describe('a member signs with a token', () => {
  test('what comes out is the CMS that openssl accepts', async () => {
    const asked: { mechanism: string; bytes: Uint8Array }[] = [];
    const cms = await signAsMember(CONTENT, TOKEN.signing, async (mechanism, bytes) => {
      asked.push({ mechanism, bytes });
      return sign('sha256', bytes, TOKEN.signingKey);
    });
    assert.deepEqual(
      asked.map(({ mechanism }) => mechanism),
      ['ecdsa-sha256'],
    );
    assert.equal(verifyAsMember(cms, CONTENT, [TOKEN.signing]), TOKEN.signing);
    put('signed.p7s', cms);
    put('signed.txt', CONTENT);
    put('signed.der', TOKEN.signing);
    openssl('x509', '-inform', 'DER', '-in', 'signed.der', '-out', 'signed.pem');
    openssl(
      'cms',
      '-verify',
      '-binary',
      '-inform',
      'DER',
      '-in',
      'signed.p7s',
      '-content',
      'signed.txt',
      '-nointern',
      '-certfile',
      'signed.pem',
      '-noverify',
      '-out',
      pathOf('signed.out'),
    );
  });

  test('the token is not believed: what it returns must verify', async () => {
    await assertRejects(
      () => signAsMember(CONTENT, TOKEN.signing, async (_mechanism, bytes) => sign('sha256', bytes, OTHER.signingKey)),
      'APPROVAL_SIGNATURE',
      /./,
    );
    await assertRejects(
      () => signAsMember(CONTENT, TOKEN.signing, async () => Buffer.alloc(0)),
      'APPROVAL_SIGNATURE',
      /./,
    );
  });

  test('an error of the token is passed on as it is', async () => {
    const broken = new TypeError('broken');
    await assert.rejects(
      signAsMember(CONTENT, TOKEN.signing, () => Promise.reject(broken)),
      broken,
    );
  });
});

describe('a signature is held to the certificates of its member', () => {
  test('either token of a person may have made it, and it is said which', () => {
    assert.equal(verifyAsMember(signWith(SPARE, CONTENT), CONTENT, [TOKEN.signing, SPARE.signing]), SPARE.signing);
  });

  test('another person, other bytes and a person without a token are refused', () => {
    const signature = signWith(TOKEN, CONTENT);
    assertRefuses(() => verifyAsMember(signature, CONTENT, [OTHER.signing]), 'APPROVAL_SIGNATURE', /./);
    for (const certificates of [[TOKEN.signing], [TOKEN.signing, SPARE.signing], [SPARE.signing, TOKEN.signing]]) {
      assertRefuses(() => verifyAsMember(signature, Buffer.from('another'), certificates), 'APPROVAL_DIGEST', /./);
    }
    assertRefuses(
      () => verifyAsMember(signature, CONTENT, []),
      'APPROVAL_SIGNATURE',
      'the member has no token to sign with',
    );
  });
});

describe('mechanisms', () => {
  test('each has one AlgorithmIdentifier, and each AlgorithmIdentifier one mechanism', () => {
    const identifiers = SIGNATURE_MECHANISMS.map((mechanism) => algorithmIdentifier(mechanism));
    assert.deepEqual(identifiers.map(mechanismOf), SIGNATURE_MECHANISMS);
    assert.equal(new Set(identifiers.map((der) => Buffer.from(der).toString('hex'))).size, SIGNATURE_MECHANISMS.length);
  });

  test('ecdsa-sha384 is RFC 5758, without parameters', () => {
    assert.equal(Buffer.from(algorithmIdentifier('ecdsa-sha384')).toString('hex'), '300a06082a8648ce3d040303');
    assert.equal(
      Buffer.from(algorithmIdentifier('rsa-pkcs1-sha256')).toString('hex'),
      '300d06092a864886f70d01010b0500',
    );
  });

  test('unknown ones are refused', () => {
    assertRefuses(
      () => algorithmIdentifier('ecdsa-sha1'),
      'DESCRIPTOR_INVALID',
      '"ecdsa-sha1" is no signature mechanism',
    );
    assertRefuses(
      () => algorithmIdentifier('constructor'),
      'DESCRIPTOR_INVALID',
      '"constructor" is no signature mechanism',
    );
    assertRefuses(
      () => mechanismOf(Buffer.from('3000', 'hex')),
      'DESCRIPTOR_INVALID',
      'the AlgorithmIdentifier belongs to no mechanism of ours',
    );
    // The same algorithm in another spelling, with NULL parameters, is not the same.
    assertRefuses(
      () => mechanismOf(Buffer.from('300c06082a8648ce3d0403030500', 'hex')),
      'DESCRIPTOR_INVALID',
      /no mechanism of ours$/,
    );
    assertRefuses(() => mechanismForKey('rsa-2048'), 'DESCRIPTOR_INVALID', '"rsa-2048" is no key algorithm of ours');
  });

  test('every key algorithm signs with one', () => {
    assert.deepEqual(ALGORITHMS.map(mechanismForKey), [
      'ecdsa-sha256',
      'ecdsa-sha384',
      'ecdsa-sha512',
      'rsa-pkcs1-sha384',
      'rsa-pkcs1-sha384',
      'ed25519',
    ]);
  });

  test('a member signs with the mechanism of their key', () => {
    const spkiOf = (key: { publicKey: { export: (options: { type: 'spki'; format: 'der' }) => Buffer } }) =>
      key.publicKey.export({ type: 'spki', format: 'der' });
    assert.equal(memberMechanism(spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }))), 'ecdsa-sha384');
    assert.equal(memberMechanism(spkiOf(generateKeyPairSync('rsa', { modulusLength: 2048 }))), 'rsa-pkcs1-sha256');
    assertRefuses(
      () => memberMechanism(spkiOf(generateKeyPairSync('ed25519'))),
      'DER_INVALID',
      /expected P-256, P-384 or RSA of at least 2048 bits$/,
    );
  });
});
