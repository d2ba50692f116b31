import assert from 'node:assert/strict';
import { hash, sign } from 'node:crypto';
import { test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { readMemberKey } from '../../src/cms/algorithms.ts';
import { signedAttributes } from '../../src/cms/signed-attributes.ts';
import { assembleSignedData, verifyDetached } from '../../src/cms/signed-data.ts';
import { OID } from '../../src/der/oid.ts';
import { sameBytes } from '../../src/der/reader.ts';
import { hexOf } from '../../src/der/values.ts';
import {
  element,
  explicit,
  implicit,
  integer,
  nullValue,
  octetString,
  oid,
  raw,
  retag,
  sequence,
  set,
  utcTime,
} from '../../src/der/writer.ts';
import { assertRefuses, mutationsOf } from '../der/refusal.ts';
import { get, makeCertificate, openssl, put, tryOpenssl } from '../x509/openssl.ts';
import { attributesFor, makeMember, signAttributes, signDetached, type TestMember } from './members.ts';

const CONTENT = Buffer.from('{"decision":"approve","type":"quorate/approval/1"}');
const OTHER = Buffer.from('{"decision":"approve","type":"quorate/approval/2"}');

const P256 = makeMember('p256', 'P-256', 'digitalSignature');
const P384 = makeMember('p384', 'P-384', 'digitalSignature');
const RSA = makeMember('rsa', 'RSA', 'digitalSignature');

/** The command that formats.md and VERIFY.md print. */
function judge(member: TestMember, signature: Uint8Array, content: Uint8Array) {
  put('s.p7s', signature);
  put('content', content);
  return tryOpenssl(
    ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', 's.p7s', '-content', 'content'],
    ...['-nointern', '-certfile', `${member.name}.pem`, '-noverify', '-out', '/dev/null'],
  );
}

for (const member of [P256, P384, RSA]) {
  test(`${member.name}: openssl verifies ours, for this content and this certificate alone`, () => {
    const signature = signDetached(member, CONTENT);
    verifyDetached(signature, CONTENT, member.certificate);
    assert.deepEqual(judge(member, signature, CONTENT), { status: 0, text: 'CMS Verification successful\n' });
    assert.notEqual(judge(member, signature, OTHER).status, 0);
    assert.notEqual(judge(member === P256 ? P384 : P256, signature, CONTENT).status, 0);
  });

  test(`${member.name}: what openssl signs with -keyid -nocerts -cades is accepted`, () => {
    put('content', CONTENT);
    const digest = readMemberKey(member.certificate, 'sign').suite.digest;
    const base = [
      'cms',
      '-sign',
      '-binary',
      '-in',
      'content',
      '-signer',
      `${member.name}.pem`,
      '-inkey',
      `${member.name}.key`,
    ];
    for (const more of [[], ['-nosmimecap']]) {
      openssl(...base, '-keyid', '-nocerts', '-cades', '-md', digest, '-outform', 'DER', '-out', 'o.p7s', ...more);
      verifyDetached(get('o.p7s'), CONTENT, member.certificate);
      assertRefuses(
        () => verifyDetached(get('o.p7s'), OTHER, member.certificate),
        'APPROVAL_DIGEST',
        /^signature, byte \d+: expected the messageDigest /,
      );
    }
    const refused: readonly (readonly [options: readonly string[], message: RegExp])[] = [
      [
        ['-nocerts', '-cades', '-md', digest],
        /found signer named by issuer and serial number, expected its subjectKeyIdentifier$|expected SignedData version 3, found 1$/,
      ],
      [['-keyid', '-cades', '-md', digest], /found embedded certificates: the signer is the one whom the roster pins$/],
      [['-keyid', '-nocerts', '-md', digest], /expected the signed attribute signingCertificateV2$/],
      [['-keyid', '-nocerts', '-noattr', '-md', digest], /expected \[0\] for signedAttrs, found SEQUENCE$/],
      [['-keyid', '-nocerts', '-cades', '-md', 'sha512'], /expected the digest algorithm /],
      [
        ['-keyid', '-nocerts', '-cades', '-nodetach', '-md', digest],
        /found embedded content: the signature is detached$/,
      ],
      [
        ['-keyid', '-nocerts', '-cades', '-md', digest, '-stream'],
        /expected a definite length of at most 4 octets, found 0x80$/,
      ],
    ];
    for (const [options, message] of refused) {
      openssl(...base, ...options, '-outform', 'DER', '-out', 'o.p7s');
      assertRefuses(() => verifyDetached(get('o.p7s'), CONTENT, member.certificate), 'APPROVAL_SIGNATURE', message);
    }
  });

  test(`${member.name}: no mutation of a signature is accepted`, () => {
    const signature = signDetached(member, CONTENT);
    for (const { what, bytes } of mutationsOf(signature)) {
      try {
        verifyDetached(bytes, CONTENT, member.certificate);
      } catch (error) {
        assert.ok(
          error instanceof CeremonyError && (error.code === 'APPROVAL_SIGNATURE' || error.code === 'APPROVAL_DIGEST'),
          `${what}: ${String(error)}`,
        );
        continue;
      }
      assert.fail(`accepted: ${what}`);
    }
  });
}

test('the attributes are the three, in DER order, with SHA-256 left out as the default', () => {
  const attributes = attributesFor(P384, CONTENT);
  const { certificate } = readMemberKey(P384.certificate, 'sign');
  const expected = set(
    sequence(oid(OID.contentType), set(oid(OID.data))),
    sequence(oid(OID.messageDigest), set(octetString(hash('sha384', CONTENT, 'buffer')))),
    sequence(
      oid(OID.signingCertificateV2),
      set(
        sequence(
          sequence(
            sequence(
              octetString(hash('sha256', P384.certificate, 'buffer')),
              sequence(sequence(explicit(4, certificate.issuer.der)), integer(certificate.serial.bytes)),
            ),
          ),
        ),
      ),
    ),
  );
  assert.equal(hexOf(attributes), hexOf(expected));
});

/** The parts of a SignedData, so that each can be a wrong one. */
interface Parts {
  readonly version?: Uint8Array;
  readonly digests?: Uint8Array;
  readonly content?: Uint8Array;
  readonly certificates?: Uint8Array;
  readonly signerVersion?: Uint8Array;
  readonly sid?: Uint8Array;
  readonly digest?: Uint8Array;
  readonly attributes?: Uint8Array;
  readonly attributesField?: Uint8Array;
  readonly algorithm?: Uint8Array;
  readonly signature?: Uint8Array;
  readonly unsigned?: Uint8Array;
  readonly more?: (signerInfo: Uint8Array) => readonly Uint8Array[];
  readonly type?: Uint8Array;
  readonly after?: Uint8Array;
}

const NOTHING = new Uint8Array();

function build(parts: Parts, member: TestMember = P256): Uint8Array {
  const { suite, keyIdentifier } = readMemberKey(member.certificate, 'sign');
  const attributes = parts.attributes ?? attributesFor(member, CONTENT);
  const signerInfo = sequence(
    parts.signerVersion ?? integer(3),
    parts.sid ?? implicit(0, keyIdentifier),
    parts.digest ?? suite.digestAlgorithm,
    parts.attributesField ?? retag(0xa0, attributes),
    parts.algorithm ?? suite.signatureAlgorithm,
    parts.signature ?? octetString(signAttributes(member, attributes)),
    parts.unsigned ?? NOTHING,
  );
  const data = sequence(
    parts.version ?? integer(3),
    parts.digests ?? set(suite.digestAlgorithm),
    parts.content ?? sequence(oid(OID.data)),
    parts.certificates ?? NOTHING,
    set(signerInfo, ...(parts.more?.(signerInfo) ?? [])),
  );
  return raw(sequence(parts.type ?? oid(OID.signedData), explicit(0, data)), parts.after ?? NOTHING);
}

/** Attributes of the profile but for one that is replaced, left out or added. */
function attributesWith(change: { readonly without?: string; readonly add?: readonly Uint8Array[] }): Uint8Array {
  const list: readonly (readonly [string, Uint8Array])[] = [
    [OID.contentType, oid(OID.data)],
    [OID.messageDigest, octetString(hash('sha256', CONTENT, 'buffer'))],
    [OID.signingCertificateV2, reference({ certificate: P256.certificate })],
  ];
  const kept = list.filter(([type]) => type !== change.without).map(([type, value]) => sequence(oid(type), set(value)));
  return set(...kept, ...(change.add ?? []));
}

function reference(options: {
  readonly certificate: Uint8Array;
  readonly algorithm?: Uint8Array;
  readonly digest?: Uint8Array;
  readonly issuerSerial?: Uint8Array;
  readonly twice?: boolean;
  readonly policies?: Uint8Array;
}): Uint8Array {
  const { certificate } = readMemberKey(options.certificate, 'sign');
  const issuerSerial =
    options.issuerSerial ?? sequence(sequence(explicit(4, certificate.issuer.der)), integer(certificate.serial.bytes));
  const entry = sequence(
    options.algorithm ?? NOTHING,
    octetString(options.digest ?? hash('sha256', options.certificate, 'buffer')),
    issuerSerial,
  );
  return sequence(options.twice ? sequence(entry, entry) : sequence(entry), options.policies ?? NOTHING);
}

function withReference(value: Uint8Array): Uint8Array {
  return attributesWith({
    without: OID.signingCertificateV2,
    add: [sequence(oid(OID.signingCertificateV2), set(value))],
  });
}

test('the parts put together here are the profile', () => {
  verifyDetached(build({}), CONTENT, P256.certificate);
  verifyDetached(build({ attributes: attributesWith({}) }), CONTENT, P256.certificate);
  assert.ok(sameBytes(attributesWith({}), attributesFor(P256, CONTENT)));
});

const ess = (digest: 'sha384' | 'sha512', name: string) =>
  withReference(
    reference({
      certificate: P256.certificate,
      algorithm: sequence(oid(name)),
      digest: hash(digest, P256.certificate, 'buffer'),
    }),
  );

test('a certificate reference by SHA-384 or SHA-512, and a signing time, are accepted', () => {
  for (const attributes of [
    ess('sha384', OID.sha384),
    ess('sha512', OID.sha512),
    attributesWith({ add: [sequence(oid(OID.signingTime), set(utcTime('2027-01-01T00:00:00Z')))] }),
    attributesWith({ add: [sequence(oid(OID.smimeCapabilities), set(sequence(sequence(oid(OID.aes256Cbc)))))] }),
  ]) {
    verifyDetached(build({ attributes }), CONTENT, P256.certificate);
  }
});

const rsaPss = sequence(oid(OID.rsassaPss));
const otherReference = () => withReference(reference({ certificate: P384.certificate }));

const REFUSED: readonly (readonly [name: string, der: () => Uint8Array, message: RegExp])[] = [
  ['nothing', () => NOTHING, /^signature, byte 0: expected an identifier and a length, found 0 bytes$/],
  ['a byte more', () => build({ after: Buffer.of(0) }), /expected the end, found 1 more bytes$/],
  [
    'another content type',
    () => build({ type: oid(OID.envelopedData) }),
    /expected contentType 1\.2\.840\.113549\.1\.7\.2, found 1\.2\.840\.113549\.1\.7\.3$/,
  ],
  ['version 1', () => build({ version: integer(1) }), /expected SignedData version 3, found 1$/],
  ['no digest algorithm', () => build({ digests: set() }), /expected SEQUENCE for a digest algorithm, found the end$/],
  [
    'two digest algorithms',
    () => build({ digests: set(sequence(oid(OID.sha256)), sequence(oid(OID.sha384))) }),
    /expected the end of digestAlgorithms, which has one, found SEQUENCE$/,
  ],
  [
    'digest algorithm with NULL',
    () => build({ digests: set(sequence(oid(OID.sha256), nullValue())) }),
    /expected the digest algorithm "300b0609608648016503040201" for the signer's key, found "300d06096086480165030402010500"$/,
  ],
  [
    'embedded content',
    () => build({ content: sequence(oid(OID.data), explicit(0, octetString(CONTENT))) }),
    /found embedded content: the signature is detached$/,
  ],
  [
    'content of another type',
    () => build({ content: sequence(oid(OID.signedData)) }),
    /expected eContentType 1\.2\.840\.113549\.1\.7\.1, found/,
  ],
  [
    'embedded certificates',
    () => build({ certificates: explicit(0, P256.certificate) }),
    /found embedded certificates/,
  ],
  ['embedded CRLs', () => build({ certificates: explicit(1) }), /found embedded CRLs$/],
  ['the same SignerInfo twice', () => build({ more: (signerInfo) => [signerInfo] }), /found second SignerInfo$/],
  [
    'a second SignerInfo',
    () => build({ more: () => [sequence(integer(3), implicit(0, Buffer.of(1)))] }),
    /found second SignerInfo$/,
  ],
  [
    'no SignerInfo',
    () =>
      sequence(
        oid(OID.signedData),
        explicit(0, sequence(integer(3), set(sequence(oid(OID.sha256))), sequence(oid(OID.data)), set())),
      ),
    /expected SEQUENCE for SignerInfo, found the end$/,
  ],
  ['SignerInfo version 1', () => build({ signerVersion: integer(1) }), /expected SignerInfo version 3, found 1$/],
  [
    'issuer and serial number',
    () => build({ signerVersion: integer(1), sid: sequence(sequence(), integer(1)) }),
    /found signer named by issuer and serial number, expected its subjectKeyIdentifier$/,
  ],
  [
    'another key identifier',
    () => build({ sid: implicit(0, Buffer.alloc(20)) }),
    /expected the subjectKeyIdentifier "[0-9a-f]{40}" of the pinned certificate, found "0{40}"$/,
  ],
  [
    'another digest in SignerInfo',
    () => build({ digest: sequence(oid(OID.sha384)) }),
    /expected the digest algorithm "300b0609608648016503040201"/,
  ],
  [
    'ECDSA with another digest',
    () => build({ algorithm: sequence(oid(OID.ecdsaWithSHA384)) }),
    /expected the signature algorithm "300a06082a8648ce3d040302" for the signer's key, found "300a06082a8648ce3d040303"$/,
  ],
  [
    'ECDSA with NULL',
    () => build({ algorithm: sequence(oid(OID.ecdsaWithSHA256), nullValue()) }),
    /expected the signature algorithm/,
  ],
  [
    'RSA by an ECDSA key',
    () => build({ algorithm: sequence(oid(OID.sha256WithRSAEncryption), nullValue()) }),
    /expected the signature algorithm/,
  ],
  ['RSASSA-PSS', () => build({ algorithm: rsaPss }), /expected the signature algorithm/],
  [
    'unsigned attributes',
    () => build({ unsigned: explicit(1, sequence(oid('1.2.3'), set(nullValue()))) }),
    /found unsigned attributes$/,
  ],
  [
    'an element after the signature',
    () => build({ unsigned: nullValue() }),
    /expected the end of SignerInfo, found NULL$/,
  ],
  [
    'no signed attributes',
    () => build({ attributesField: NOTHING }),
    /expected \[0\] for signedAttrs, found SEQUENCE$/,
  ],
  [
    'attributes out of order',
    () => build({ attributes: element(0x31, ...reversed()) }),
    /expected the elements of signedAttrs in ascending order \(SET OF\)$/,
  ],
  [
    'no contentType',
    () => build({ attributes: attributesWith({ without: OID.contentType }) }),
    /expected the signed attribute contentType$/,
  ],
  [
    'no messageDigest',
    () => build({ attributes: attributesWith({ without: OID.messageDigest }) }),
    /expected the signed attribute messageDigest$/,
  ],
  [
    'no signingCertificateV2',
    () => build({ attributes: attributesWith({ without: OID.signingCertificateV2 }) }),
    /expected the signed attribute signingCertificateV2$/,
  ],
  [
    'signingCertificate of RFC 2634',
    () => build({ attributes: attributesWith({ add: [sequence(oid(OID.signingCertificate), set(sequence()))] }) }),
    /expected no signed attribute signingCertificate$/,
  ],
  [
    'an unknown attribute',
    () => build({ attributes: attributesWith({ add: [sequence(oid('1.2.3'), set(nullValue()))] }) }),
    /expected no signed attribute 1\.2\.3$/,
  ],
  [
    'an attribute twice',
    () => build({ attributes: attributesWith({ add: [sequence(oid(OID.contentType), set(oid(OID.data)))] }) }),
    /expected the signed attribute contentType once$/,
  ],
  [
    'an attribute with two values',
    () =>
      build({
        attributes: attributesWith({
          without: OID.contentType,
          add: [sequence(oid(OID.contentType), set(oid(OID.data), oid(OID.data)))],
        }),
      }),
    /expected the end of the values of contentType, which has one, found OBJECT IDENTIFIER$/,
  ],
  [
    'an attribute without a value',
    () =>
      build({ attributes: attributesWith({ without: OID.contentType, add: [sequence(oid(OID.contentType), set())] }) }),
    /expected a value of contentType, found the end$/,
  ],
  [
    'another content type, signed',
    () =>
      build({
        attributes: attributesWith({
          without: OID.contentType,
          add: [sequence(oid(OID.contentType), set(oid(OID.signedData)))],
        }),
      }),
    /expected contentType id-data, found 1\.2\.840\.113549\.1\.7\.2$/,
  ],
  [
    'another digest of the content',
    () => build({ attributes: attributesFor(P256, OTHER) }),
    /expected the messageDigest "[0-9a-f]{64}" of the content, found "[0-9a-f]{64}"$/,
  ],
  [
    'reference to another certificate',
    () => build({ attributes: otherReference() }),
    /expected certHash of the signer's pinned certificate, found "[0-9a-f]{64}"$/,
  ],
  [
    'reference by SHA-256, written down',
    () =>
      build({
        attributes: withReference(reference({ certificate: P256.certificate, algorithm: sequence(oid(OID.sha256)) })),
      }),
    /expected hashAlgorithm to be absent \(SHA-256\), SHA-384 or SHA-512$/,
  ],
  [
    'reference by SHA-1',
    () =>
      build({
        attributes: withReference(
          reference({
            certificate: P256.certificate,
            algorithm: sequence(oid(OID.sha1)),
            digest: hash('sha1', P256.certificate, 'buffer'),
          }),
        ),
      }),
    /expected hashAlgorithm to be absent/,
  ],
  [
    'reference to another serial number',
    () =>
      build({
        attributes: withReference(
          reference({
            certificate: P256.certificate,
            issuerSerial: sequence(
              sequence(explicit(4, readMemberKey(P256.certificate, 'sign').certificate.issuer.der)),
              integer(1),
            ),
          }),
        ),
      }),
    /expected issuerSerial of the signer's pinned certificate$/,
  ],
  [
    'reference without issuer and serial number',
    () => build({ attributes: withReference(reference({ certificate: P256.certificate, issuerSerial: NOTHING })) }),
    /expected SEQUENCE for issuerSerial, found the end$/,
  ],
  [
    'two references',
    () => build({ attributes: withReference(reference({ certificate: P256.certificate, twice: true })) }),
    /expected the end of signingCertificateV2 certs, which has one, found SEQUENCE$/,
  ],
  [
    'reference with policies',
    () => build({ attributes: withReference(reference({ certificate: P256.certificate, policies: sequence() })) }),
    /expected the end of signingCertificateV2, found SEQUENCE$/,
  ],
  [
    'signing time that is none',
    () => build({ attributes: attributesWith({ add: [sequence(oid(OID.signingTime), set(nullValue()))] }) }),
    /expected UTCTime or GeneralizedTime for signingTime, found NULL$/,
  ],
  [
    'a signature by another key',
    () =>
      build({
        signature: octetString(
          sign('sha256', attributesFor(P256, CONTENT), makeMember('thief', 'P-256', 'digitalSignature').key),
        ),
      }),
    /^the signature is not one by the key "[0-9a-f]{40}"$/,
  ],
  [
    'a signature over the content itself',
    () => build({ signature: octetString(sign('sha256', CONTENT, P256.key)) }),
    /^the signature is not one by the key/,
  ],
  ['an empty signature', () => build({ signature: octetString() }), /^the signature is not one by the key/],
];

function reversed(): Uint8Array[] {
  return [
    sequence(oid(OID.signingCertificateV2), set(reference({ certificate: P256.certificate }))),
    sequence(oid(OID.messageDigest), set(octetString(hash('sha256', CONTENT, 'buffer')))),
    sequence(oid(OID.contentType), set(oid(OID.data))),
  ];
}

for (const [name, der, message] of REFUSED) {
  test(`refuses: ${name}`, () => {
    const code = name === 'another digest of the content' ? 'APPROVAL_DIGEST' : 'APPROVAL_SIGNATURE';
    assertRefuses(() => verifyDetached(der(), CONTENT, P256.certificate), code, message);
  });
}

test('RSA: sha256WithRSAEncryption is a second spelling, and refused', () => {
  const second = build({ algorithm: sequence(oid(OID.sha256WithRSAEncryption), nullValue()) }, RSA);
  assertRefuses(
    () => verifyDetached(second, CONTENT, RSA.certificate),
    'APPROVAL_SIGNATURE',
    /expected the signature algorithm "300d06092a864886f70d0101010500"/,
  );
});

test('a witness does not pass for an officer', () => {
  const signature = signDetached(P256, CONTENT);
  const officer = makeMember('officer', 'P-256', 'digitalSignature');
  assertRefuses(
    () => verifyDetached(signature, CONTENT, officer.certificate),
    'APPROVAL_SIGNATURE',
    /expected the subjectKeyIdentifier/,
  );
});

test('certificates that cannot be used are refused', () => {
  const signature = signDetached(P256, CONTENT);
  const refuses = (certificate: Uint8Array, message: string | RegExp) => {
    assertRefuses(() => verifyDetached(signature, CONTENT, certificate), 'APPROVAL_SIGNATURE', message);
    assertRefuses(() => signedAttributes(Buffer.alloc(32), certificate), 'DER_INVALID', message);
    assertRefuses(
      () => assembleSignedData({ attributes: set(), signature: NOTHING, certificate }),
      'DER_INVALID',
      message,
    );
  };
  refuses(
    makeMember('opener', 'P-256', 'keyAgreement').certificate,
    'member\'s certificate with key usage "keyAgreement", expected digitalSignature',
  );
  refuses(
    makeMember('p521', 'P-521', 'digitalSignature').certificate,
    'key of type "EC P-521", expected P-256, P-384 or RSA of at least 2048 bits',
  );
  refuses(
    makeCertificate('nameless', 'P-256', ['basicConstraints=CA:FALSE', 'subjectKeyIdentifier=none']),
    "member's certificate without a subjectKeyIdentifier, by which CMS names it",
  );
  refuses(Buffer.of(5, 0), "member's certificate, byte 0: expected SEQUENCE for Certificate, found NULL");
});
