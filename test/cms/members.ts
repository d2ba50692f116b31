import {
  constants,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hash,
  type KeyObject,
  privateDecrypt,
  sign,
} from 'node:crypto';
import { readMemberKey } from '../../src/cms/algorithms.ts';
import type { OpeningKey } from '../../src/cms/enveloped-data.ts';
import { signedAttributes } from '../../src/cms/signed-attributes.ts';
import { assembleSignedData } from '../../src/cms/signed-data.ts';
import { get, type KeyKind, makeCertificate } from '../x509/openssl.ts';

export const MEMBER = [
  'basicConstraints=critical,CA:FALSE',
  'subjectKeyIdentifier=hash',
  'authorityKeyIdentifier=none',
];

export interface TestMember {
  readonly name: string;
  readonly certificate: Buffer;
  readonly key: KeyObject;
}

/** A roster member with a key in a file, where a real one has a token. */
export function makeMember(name: string, kind: KeyKind, usage: string): TestMember {
  const certificate = makeCertificate(name, kind, [...MEMBER, `keyUsage=critical,${usage}`]);
  return { name, certificate, key: createPrivateKey(get(`${name}.key`)) };
}

export function attributesFor(member: TestMember, content: Uint8Array): Uint8Array {
  const { suite } = readMemberKey(member.certificate, 'sign');
  return signedAttributes(hash(suite.digest, content, 'buffer'), member.certificate);
}

/** What a token does: hash and sign the attributes. */
export function signAttributes(member: TestMember, attributes: Uint8Array): Buffer {
  return sign(readMemberKey(member.certificate, 'sign').suite.digest, attributes, member.key);
}

export function signDetached(member: TestMember, content: Uint8Array): Uint8Array {
  const attributes = attributesFor(member, content);
  return assembleSignedData({
    attributes,
    signature: signAttributes(member, attributes),
    certificate: member.certificate,
  });
}

/** The member's token, for opening. `seen` collects the secrets it gave out. */
export function openingKey(member: TestMember, seen: Uint8Array[] = []): OpeningKey {
  const note = (secret: Buffer) => {
    seen.push(secret);
    return secret;
  };
  return {
    recipientCertificate: member.certificate,
    ecdh: async (spki) => {
      const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
      return note(diffieHellman({ privateKey: member.key, publicKey }));
    },
    oaep: async (ciphertext) =>
      note(
        privateDecrypt({ key: member.key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, ciphertext),
      ),
  };
}
