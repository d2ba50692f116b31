import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { readMemberKey } from '../../src/cms/algorithms.ts';
import { openEnvelope, sealEnvelope } from '../../src/cms/enveloped-data.ts';
import {
  assembleCertificate,
  memberCertificateAlgorithm,
  memberCertificateTbs,
} from '../../src/cms/member-certificate.ts';
import { signedAttributes } from '../../src/cms/signed-attributes.ts';
import { assembleSignedData, verifyDetached } from '../../src/cms/signed-data.ts';
import { contentOf, readDer } from '../../src/der/reader.ts';
import { bitString, sequence } from '../../src/der/writer.ts';
import { KEY_ALGORITHMS } from '../../src/x509/public-key.ts';
import { get, openssl, pathOf, put } from '../x509/openssl.ts';

/** A quorum token from enrolment to approval: keys in SoftHSM, driven by OpenSC, nothing of ours next to them. */

const MODULE =
  ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so'].find((path) =>
    existsSync(path),
  ) ?? 'libsofthsm2.so';
mkdirSync(pathOf('tokens'));
const environment = {
  ...process.env,
  SOFTHSM2_CONF: put('softhsm2.conf', `directories.tokendir = ${pathOf('tokens')}\n`),
};

function token(...args: readonly string[]): string {
  return execFileSync(
    'pkcs11-tool',
    ['--module', MODULE, '--token-label', 'card', '--login', '--pin', '123456', ...args],
    {
      cwd: pathOf('.'),
      env: environment,
      stdio: 'pipe',
      encoding: 'utf8',
      timeout: 60_000,
    },
  );
}

execFileSync(
  'softhsm2-util',
  ['--init-token', '--free', '--label', 'card', '--pin', '123456', '--so-pin', '12345678'],
  { env: environment, stdio: 'pipe' },
);

/** Signs with the token's raw ECDSA over a digest, as the only mechanism that all modules have. */
function signOnToken(id: string, digest: 'sha256' | 'sha384', data: Uint8Array): Buffer {
  put('digest', hash(digest, data, 'buffer'));
  token('--sign', '-m', 'ECDSA', '--id', id, '-i', 'digest', '-o', 'signature', '--signature-format', 'openssl');
  return get('signature');
}

interface TokenKey {
  readonly id: string;
  readonly spki: Uint8Array;
}

/** The point is taken from the output: this version of pkcs11-tool cannot write a P-384 key as SubjectPublicKeyInfo. */
function makeEcKey(id: string, curve: 'secp256r1' | 'secp384r1', usage: '--usage-sign' | '--usage-derive'): TokenKey {
  const made = token('--keypairgen', '--key-type', `EC:${curve}`, '--id', id, '--label', id, usage);
  const point = /EC_POINT: +([0-9a-f]+)/.exec(made)?.[1];
  assert.ok(point);
  // CKA_EC_POINT is the point in an OCTET STRING.
  const octets = contentOf(readDer(Buffer.from(point, 'hex'), 'CKA_EC_POINT'));
  return { id, spki: sequence(KEY_ALGORITHMS[curve === 'secp256r1' ? 'P-256' : 'P-384'], bitString(octets)) };
}

function enrol(key: TokenKey, purpose: 'sign' | 'open', signer: TokenKey, digest: 'sha256' | 'sha384'): Uint8Array {
  const tbs = memberCertificateTbs({
    commonName: 'crypto-officer-1',
    serial: Buffer.of(1, Number(key.id)),
    notBefore: '2027-01-01T00:00:00Z',
    notAfter: '2037-01-01T00:00:00Z',
    spki: key.spki,
    purpose,
    signedBy: signer.spki,
  });
  return assembleCertificate(tbs, memberCertificateAlgorithm(signer.spki), signOnToken(signer.id, digest, tbs));
}

for (const [curve, digest, base] of [
  ['secp256r1', 'sha256', 10],
  ['secp384r1', 'sha384', 20],
] as const) {
  test(`${curve}: enrolled, an approval signed, an envelope opened on the token`, async () => {
    const signId = String(base);
    const openId = String(base + 1);
    const signer = makeEcKey(signId, curve, '--usage-sign');
    const signing = enrol(signer, 'sign', signer, digest);
    const opening = enrol(makeEcKey(openId, curve, '--usage-derive'), 'open', signer, digest);

    const content = Buffer.from('{"type":"quorate/approval/1"}');
    const attributes = signedAttributes(hash(readMemberKey(signing, 'sign').suite.digest, content, 'buffer'), signing);
    const signature = assembleSignedData({
      attributes,
      signature: signOnToken(signId, digest, attributes),
      certificate: signing,
    });
    verifyDetached(signature, content, signing);
    put('signing.der', signing);
    openssl('x509', '-inform', 'DER', '-in', 'signing.der', '-out', 'signing.pem');
    put('approval.p7s', signature);
    put('approval', content);
    openssl(
      'cms',
      '-verify',
      '-binary',
      '-inform',
      'DER',
      '-in',
      'approval.p7s',
      '-content',
      'approval',
      '-nointern',
      '-certfile',
      'signing.pem',
      '-noverify',
      '-out',
      '/dev/null',
    );

    const secret = randomBytes(64);
    const sealed = sealEnvelope(secret, [opening], { bytes: (length) => new Uint8Array(randomBytes(length)) });
    const opened = await openEnvelope(sealed, {
      recipientCertificate: opening,
      ecdh: async (ephemeral) => {
        put('ephemeral', ephemeral);
        token('--derive', '-m', 'ECDH1-DERIVE', '--id', openId, '-i', 'ephemeral', '-o', 'shared');
        return get('shared');
      },
    });
    assert.deepEqual(opened.plaintext, secret);
  });
}

test('RSA: an envelope opened on the token by OAEP with SHA-1', async () => {
  token('--keypairgen', '--key-type', 'rsa:2048', '--id', '30', '--label', '30', '--usage-decrypt');
  token('--read-object', '--type', 'pubkey', '--id', '30', '-o', 'rsa-public');
  const opening = enrol(
    { id: '30', spki: get('rsa-public') },
    'open',
    makeEcKey('31', 'secp256r1', '--usage-sign'),
    'sha256',
  );
  const secret = randomBytes(64);
  const sealed = sealEnvelope(secret, [opening], { bytes: (length) => new Uint8Array(randomBytes(length)) });
  const opened = await openEnvelope(sealed, {
    recipientCertificate: opening,
    oaep: async (ciphertext) => {
      put('ciphertext', ciphertext);
      token(
        '--decrypt',
        '-m',
        'RSA-PKCS-OAEP',
        '--hash-algorithm',
        'SHA-1',
        '--mgf',
        'MGF1-SHA1',
        '--id',
        '30',
        '-i',
        'ciphertext',
        '-o',
        'key',
      );
      return get('key');
    },
  });
  assert.deepEqual(opened.plaintext, secret);
});
