import { hash } from 'node:crypto';
import { CeremonyError } from '../base/errors.ts';
import { OID } from '../der/oid.ts';
import {
  contentOf,
  type DerCursor,
  type DerNode,
  derOf,
  enter,
  finish,
  nextTag,
  readDer,
  refuse,
  sameBytes,
  take,
} from '../der/reader.ts';
import { contextConstructed, contextPrimitive, TAG } from '../der/tags.ts';
import { hexOf, oidOf, smallInteger } from '../der/values.ts';
import { explicit, implicit, integer, octetString, oid, retag, sequence, set } from '../der/writer.ts';
import { verifySignature } from '../x509/signature.ts';
import { type KeySuite, type MemberKey, readMemberKey } from './algorithms.ts';
import { checkSignedAttributes } from './signed-attributes.ts';

export interface SignedDataParts {
  /** As `signedAttributes` made them and the token signed them: DER of the SET OF. */
  readonly attributes: Uint8Array;
  /** ECDSA: DER of the two numbers (RFC 3279 §2.2.3); RSA: PKCS #1 v1.5. */
  readonly signature: Uint8Array;
  /** DER of the signer's certificate, which fixes the algorithms; it is not embedded. */
  readonly certificate: Uint8Array;
}

/**
 * A detached SignedData (RFC 5652 §5) of our profile: one SignerInfo, named by its subjectKeyIdentifier, without
 * certificates, CRLs, content and unsigned attributes. `openssl cms -verify -nointern -certfile` reads it.
 * @throws CeremonyError DER_INVALID for a certificate that cannot be used so
 */
export function assembleSignedData(parts: SignedDataParts): Uint8Array {
  return encode(parts.attributes, parts.signature, readMemberKey(parts.certificate, 'sign'));
}

function encode(attributes: Uint8Array, signature: Uint8Array, { suite, keyIdentifier }: MemberKey): Uint8Array {
  const signerInfo = sequence(
    integer(3),
    implicit(0, keyIdentifier),
    suite.digestAlgorithm,
    retag(contextConstructed(0), attributes),
    suite.signatureAlgorithm,
    octetString(signature),
  );
  const signedData = sequence(integer(3), set(suite.digestAlgorithm), sequence(oid(OID.data)), set(signerInfo));
  return sequence(oid(OID.signedData), explicit(0, signedData));
}

/** Larger than any SignedData of one signer without certificates. */
const MAX_BYTES = 64 * 1024;

/**
 * Holds a detached signature to the profile and to one certificate, the one that the roster pins; chains and dates
 * are not used. Exactly the profile is accepted, so a signature has one encoding: its file cannot be altered, and
 * nothing can be added to it.
 * @throws CeremonyError APPROVAL_DIGEST for a signature over other content, else APPROVAL_SIGNATURE with the reason
 */
export function verifyDetached(signedDataDer: Uint8Array, content: Uint8Array, signerCertificateDer: Uint8Array): void {
  try {
    const member = readMemberKey(signerCertificateDer, 'sign');
    const digest = hash(member.suite.digest, content, 'buffer');
    const { attributes, signature } = readSignedData(signedDataDer, member, digest);
    const isValid = verifySignature(member.certificate.spki, signatureIdentifier(member.suite), attributes, signature);
    if (!isValid)
      throw new CeremonyError(
        'APPROVAL_SIGNATURE',
        `the signature is not one by the key "${hexOf(member.keyIdentifier)}"`,
      );
    // Reading has refused every other spelling already. This holds even if reading is one day made more lenient.
    if (!sameBytes(encode(attributes, signature, member), signedDataDer)) {
      throw new CeremonyError('APPROVAL_SIGNATURE', 'the signature is not encoded as its profile says');
    }
  } catch (cause) {
    if (!(cause instanceof CeremonyError) || cause.code === 'APPROVAL_SIGNATURE' || cause.code === 'APPROVAL_DIGEST')
      throw cause;
    throw new CeremonyError('APPROVAL_SIGNATURE', cause.message, { cause });
  }
}

/** The identifier that `verifySignature` knows: RSA's in CMS does not name the digest. */
function signatureIdentifier(suite: KeySuite): Uint8Array {
  return suite.certificateAlgorithm;
}

function readSignedData(
  der: Uint8Array,
  member: MemberKey,
  digest: Uint8Array,
): { attributes: Uint8Array; signature: Uint8Array } {
  const info = enter(readDer(der, 'signature', { maxBytes: MAX_BYTES }), 'ContentInfo');
  expectOid(take(info, TAG.oid, 'contentType'), OID.signedData, 'contentType');
  const wrapper = enter(take(info, contextConstructed(0), 'content'), 'content', contextConstructed(0));
  finish(info, 'ContentInfo');
  const data = enter(take(wrapper, TAG.sequence, 'SignedData'), 'SignedData');
  finish(wrapper, 'content');
  expectThree(take(data, TAG.integer, 'SignedData version'), 'SignedData version');
  const digests = enter(take(data, TAG.set, 'digestAlgorithms'), 'digestAlgorithms', TAG.set);
  expectAlgorithm(take(digests, TAG.sequence, 'a digest algorithm'), member.suite.digestAlgorithm, 'digest algorithm');
  finish(digests, 'digestAlgorithms, which has one');
  const encapsulated = enter(take(data, TAG.sequence, 'encapContentInfo'), 'encapContentInfo');
  expectOid(take(encapsulated, TAG.oid, 'eContentType'), OID.data, 'eContentType');
  refuseField(encapsulated, contextConstructed(0), 'embedded content: the signature is detached');
  finish(encapsulated, 'encapContentInfo');
  refuseField(data, contextConstructed(0), 'embedded certificates: the signer is the one whom the roster pins');
  refuseField(data, contextConstructed(1), 'embedded CRLs');
  const signerInfos = enter(take(data, TAG.set, 'signerInfos'), 'signerInfos', TAG.set);
  finish(data, 'SignedData');
  const signerInfo = take(signerInfos, TAG.sequence, 'SignerInfo');
  refuseField(signerInfos, TAG.sequence, 'second SignerInfo');
  finish(signerInfos, 'signerInfos, which has one');
  return readSignerInfo(signerInfo, member, digest);
}

function readSignerInfo(
  node: DerNode,
  member: MemberKey,
  digest: Uint8Array,
): { attributes: Uint8Array; signature: Uint8Array } {
  const signer = enter(node, 'SignerInfo');
  // Before the version, which only follows from it: what people have to change is the name.
  const version = take(signer, TAG.integer, 'SignerInfo version');
  refuseField(signer, TAG.sequence, 'signer named by issuer and serial number, expected its subjectKeyIdentifier');
  expectThree(version, 'SignerInfo version');
  const sid = take(signer, contextPrimitive(0), 'subjectKeyIdentifier');
  if (!sameBytes(contentOf(sid), member.keyIdentifier)) {
    const expected = hexOf(member.keyIdentifier);
    refuse(
      sid.source,
      sid.at,
      `expected the subjectKeyIdentifier "${expected}" of the pinned certificate, found "${hexOf(contentOf(sid))}"`,
    );
  }
  expectAlgorithm(take(signer, TAG.sequence, 'digestAlgorithm'), member.suite.digestAlgorithm, 'digest algorithm');
  const attributes = take(signer, contextConstructed(0), 'signedAttrs');
  checkSignedAttributes(attributes, digest, member.certificate);
  expectAlgorithm(
    take(signer, TAG.sequence, 'signatureAlgorithm'),
    member.suite.signatureAlgorithm,
    'signature algorithm',
  );
  const signature = contentOf(take(signer, TAG.octetString, 'signature'));
  refuseField(signer, contextConstructed(1), 'unsigned attributes');
  finish(signer, 'SignerInfo');
  // What is signed has the SET OF's own identifier octet (RFC 5652 §5.4).
  return { attributes: retag(TAG.set, derOf(attributes)), signature };
}

function expectOid(node: DerNode, expected: string, what: string): void {
  const found = oidOf(node, what);
  if (found !== expected) refuse(node.source, node.at, `expected ${what} ${expected}, found ${found}`);
}

function expectThree(node: DerNode, what: string): void {
  const found = smallInteger(node, what, 0xff);
  if (found !== 3) refuse(node.source, node.at, `expected ${what} 3, found ${found}`);
}

/** Byte for byte: what the key's type fixes has one spelling. */
function expectAlgorithm(node: DerNode, expected: Uint8Array, what: string): void {
  if (!sameBytes(derOf(node), expected)) {
    refuse(
      node.source,
      node.at,
      `expected the ${what} "${hexOf(expected)}" for the signer's key, found "${hexOf(derOf(node))}"`,
    );
  }
}

function refuseField(cursor: DerCursor, tag: number, found: string): void {
  if (nextTag(cursor) === tag) refuse(cursor.source, cursor.at, `found ${found}`);
}
