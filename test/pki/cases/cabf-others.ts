import { OID } from '../../../src/der/oid.ts';
import { element, implicit, integer, oid, sequence } from '../../../src/der/writer.ts';
import * as below from '../below.ts';
import * as made from '../broken.ts';
import type { CertificateCase } from './case.ts';

const { code, CODE, cross, CROSS, email, purposes, sub, SUB } = below;
const { certificate } = made;
const policyOf = (dotted: string) => below.policies(dotted);
const rootWith = (...extra: readonly Uint8Array[]) => certificate({ extensions: [...made.EXTENSIONS, ...extra] });
const limited = certificate({ extensions: made.extensionsWith({ basic: below.caOf(3) }) });
const badUsage = { usage: made.extension(OID.keyUsage, made.hex('03020106')) };
const rsa = (bits: bigint) => made.rsaSpki((1n << (bits - 1n)) + 1n);
const shortSerial = { serial: integer(made.hex('01000000000001')) };
const longSerial = { serial: integer(made.hex('0100000000000001')) };
const sha1 = {
  signature: made.hex('300d06092a864886f70d0101050500'),
  signatureAlgorithm: made.hex('300d06092a864886f70d0101050500'),
};
const crlAt = (url: string, critical = false) =>
  made.extension(OID.cRLDistributionPoints, sequence(sequence(made.fullName(made.uri(url)))), critical);
const ocspOnly = below.access(OID.ocsp, 'http://ocsp.example.com/');

/** What the policies for code signing and for e-mail say alike, of roots and of CAs below them. */
function shared(pack: 'cabf-cs' | 'cabf-smime', sound: typeof sub, policy: string): readonly CertificateCase[] {
  const context = pack === 'cabf-cs' ? CODE : SUB;
  const passes = sound();
  return [
    {
      rule: `${pack}/serial-entropy`,
      fails: certificate(shortSerial),
      message: 'the serial number has 7 octets, expected at least 8',
      passes: certificate(longSerial),
    },
    {
      rule: `${pack}/ca-key-usage`,
      fails: sound(badUsage),
      message: 'keyUsage is not critical',
      passes,
      context,
    },
    {
      rule: `${pack}/ca-key-usage`,
      fails: certificate({ extensions: made.extensionsWith({ usage: made.keyUsage(5) }) }),
      message: 'keyUsage lacks cRLSign',
    },
    {
      rule: `${pack}/root-extended-key-usage-absent`,
      fails: rootWith(purposes(OID.codeSigning)),
      message: 'extKeyUsage is present, which a root must not have',
    },
    {
      rule: `${pack}/root-policies-absent`,
      fails: rootWith(policyOf(policy)),
      message: 'certificatePolicies is present, which a root should not have',
    },
    { rule: `${pack}/root-path-length-absent`, fails: limited, message: 'the path length is 3, expected none' },
    {
      rule: `${pack}/subordinate-policies-present`,
      fails: sound({ policies: undefined }),
      message: 'certificatePolicies is absent',
      passes,
      context,
    },
    {
      rule: `${pack}/subordinate-crl-present`,
      fails: sound({ crl: crlAt('https://pki.example.com/root.crl', true) }),
      message: 'no distribution point has a URL of the scheme http\ncRLDistributionPoints is critical',
      passes: sound({ crl: crlAt('http://pki.example.com/root.crl') }),
      context,
    },
    {
      rule: `${pack}/subordinate-crl-present`,
      fails: sound({ crl: undefined }),
      message: 'no distribution point has a URL of the scheme http',
      passes,
      context,
    },
    {
      rule: `${pack}/subordinate-issuer-url-present`,
      fails: sound({ access: ocspOnly }),
      message: 'authorityInfoAccess names no caIssuers by a URL of the scheme http',
      passes,
      context,
    },
  ];
}

export const CABF_OTHERS: readonly CertificateCase[] = [
  ...shared('cabf-cs', code, OID.codeSigningPolicy),
  ...shared('cabf-smime', email, below.EMAIL_POLICY),
  {
    rule: 'cabf-cs/signature-algorithm',
    fails: certificate(sha1),
    message: 'the signature algorithm is sha1WithRSAEncryption, expected RSA or ECDSA with SHA-2',
  },
  {
    rule: 'cabf-cs/ca-key-size',
    fails: code({}, { spki: rsa(4095n) }),
    message: 'the RSA modulus has 4095 bits, expected at least 4096',
    passes: code(),
    context: CODE,
  },
  {
    rule: 'cabf-cs/ca-key-size',
    fails: certificate({ spki: made.SPKI.with(made.SPKI.length - 98 - 3, 0x0a) }),
    message: 'the key is neither of RSA nor of P-256, P-384 or P-521',
  },
  {
    rule: 'cabf-cs/subordinate-policies-form',
    fails: code({ policies: policyOf(OID.domainValidated) }),
    message: 'certificatePolicies has neither a policy for code signing or time-stamping nor anyPolicy',
    passes: code({ policies: policyOf(OID.anyPolicy) }),
    context: CODE,
  },
  {
    rule: 'cabf-cs/subordinate-purposes',
    fails: code({ eku: purposes(OID.codeSigning, OID.timeStamping) }),
    message: 'extKeyUsage has 2 of codeSigning and timeStamping, expected one',
    passes: code({ eku: purposes(OID.timeStamping) }),
    context: CODE,
  },
  {
    rule: 'cabf-cs/subordinate-purposes',
    fails: code({ eku: undefined }),
    message: 'extKeyUsage has 0 of codeSigning and timeStamping, expected one',
    passes: code(),
    context: CODE,
  },
  {
    rule: 'cabf-cs/subordinate-purposes-absent',
    fails: code({ eku: purposes(OID.codeSigning, OID.anyExtendedKeyUsage, OID.serverAuth, OID.emailProtection) }),
    message: ['anyExtendedKeyUsage', 'serverAuth', 'emailProtection']
      .map((name) => `extKeyUsage has ${name}, which a CA for code signing must not have`)
      .join('\n'),
    passes: code(),
    context: CODE,
  },
  {
    rule: 'cabf-cs/subordinate-purposes-others',
    fails: code({ eku: purposes(OID.codeSigning, OID.clientAuth) }),
    message: 'extKeyUsage has clientAuth, which a CA for code signing should not have',
    passes: code(),
    context: CODE,
  },
  {
    rule: 'cabf-cs/authority-key-identifier-present',
    fails: code({ aki: undefined }),
    message: 'authorityKeyIdentifier is absent',
    passes: code(),
    context: CODE,
  },
  {
    rule: 'cabf-smime/serial-entropy',
    fails: certificate({ serial: element(0x02, made.hex(`0080${'00'.repeat(19)}`)) }),
    message: 'the serial number is not below 2^159',
    passes: certificate({ serial: element(0x02, made.hex(`7f${'ff'.repeat(19)}`)) }),
  },
  {
    rule: 'cabf-smime/rsa-key-size',
    fails: certificate({ spki: rsa(2049n) }),
    message: 'the RSA modulus has 2049 bits, expected at least 2048, divisible by 8',
    passes: certificate({ spki: rsa(2048n) }),
  },
  {
    rule: 'cabf-smime/subordinate-policies-form',
    fails: email({ policies: policyOf('2.23.140.1.5.5.1') }),
    message: 'certificatePolicies has neither a policy for e-mail nor anyPolicy',
    passes: email({ policies: policyOf('2.23.140.1.5.4.1') }),
    context: SUB,
  },
  {
    rule: 'cabf-smime/subordinate-purpose-present',
    fails: email({ eku: purposes(OID.clientAuth) }),
    message: 'extKeyUsage lacks emailProtection',
    passes: email(),
    context: SUB,
  },
  {
    rule: 'cabf-smime/subordinate-purposes-absent',
    fails: email({ eku: purposes(OID.emailProtection, OID.serverAuth, OID.codeSigning, OID.timeStamping) }),
    message: ['serverAuth', 'codeSigning', 'timeStamping']
      .map((name) => `extKeyUsage has ${name}, which a CA for e-mail must not have`)
      .join('\n'),
    passes: email(),
    context: SUB,
  },
  {
    rule: 'cabf-smime/cross-any-purpose-absent',
    fails: cross({ eku: purposes(OID.anyExtendedKeyUsage) }),
    message: 'extKeyUsage has anyExtendedKeyUsage, which a cross-certificate must not have',
    context: CROSS,
  },
  {
    rule: 'cabf-smime/subordinate-purposes',
    fails: email({ eku: purposes(OID.emailProtection, OID.documentSigning) }),
    message: 'extKeyUsage has documentSigning, which a CA for e-mail must not have',
    passes: email({ eku: purposes(OID.emailProtection, OID.clientAuth) }),
    context: { ...SUB, plannedAt: '2027-07-01T00:00:00Z' },
  },
  {
    rule: 'cabf-smime/authority-key-identifier-form',
    fails: email({
      aki: made.extension(OID.authorityKeyIdentifier, sequence(implicit(0, made.KEY_ID), implicit(2, made.hex('01')))),
    }),
    message: 'authorityKeyIdentifier has an authorityCertSerialNumber',
    passes: email(),
    context: SUB,
  },
  {
    rule: 'cabf-smime/authority-key-identifier-form',
    fails: email({ aki: undefined }),
    message: 'authorityKeyIdentifier is absent',
    passes: email({ extra: made.extension('1.2.3.4', oid('1.2')) }),
    context: SUB,
  },
];
