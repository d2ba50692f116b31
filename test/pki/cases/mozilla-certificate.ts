import { OID } from '../../../src/der/oid.ts';
import { TAG } from '../../../src/der/tags.ts';
import { element, integer, oid, sequence, time } from '../../../src/der/writer.ts';
import * as made from '../broken.ts';
import type { CertificateCase } from './case.ts';
import { good } from './rsa-moduli.ts';

const { certificate, extension, hex } = made;
const signedBy = (algorithm: string) => ({ signature: hex(algorithm), signatureAlgorithm: hex(algorithm) });
const sha384WithRsa = signedBy('300d06092a864886f70d01010c0500');
const sha1WithRsa = signedBy('300d06092a864886f70d0101050500');
/** ecdsa-with-SHA384 with a NULL that does not belong there. */
const ecdsaWithNull = signedBy('300c06082a8648ce3d0403030500');
const purposes = (...oids: readonly string[]) =>
  certificate({
    extensions: [...made.EXTENSIONS, extension(OID.extKeyUsage, sequence(...oids.map((one) => oid(one))))],
  });
const ending = (notAfter: string, ...oids: readonly string[]) =>
  certificate({
    notAfter: time(notAfter),
    extensions: [
      ...made.EXTENSIONS,
      ...(oids.length > 0 ? [extension(OID.extKeyUsage, sequence(...oids.map((one) => oid(one))))] : []),
    ],
  });

export const MOZILLA_CERTIFICATE: readonly CertificateCase[] = [
  {
    rule: 'mozilla/public-key-algorithm',
    fails: certificate({ spki: made.SPKI.with(made.SPKI.length - 98 - 3, 0x0a) }),
    message:
      "the public key's algorithm is 301006072a8648ce3d020106052b8104000a, expected that of RSA, P-256, P-384 or P-521",
  },
  {
    rule: 'mozilla/public-key-size',
    fails: certificate({ spki: made.rsaSpki(good >> 9n), ...sha384WithRsa }),
    message: [
      'the RSA modulus has 2039 bits, expected at least 2048',
      'the RSA modulus has 2039 bits, expected a multiple of 8',
    ].join('\n'),
    passes: certificate({ spki: made.rsaSpki(good), ...sha384WithRsa }),
  },
  {
    rule: 'mozilla/public-key-size',
    fails: certificate({ spki: made.rsaSpki((good << 1n) | 1n), ...sha384WithRsa }),
    message: 'the RSA modulus has 2049 bits, expected a multiple of 8',
    passes: certificate({ spki: made.rsaSpki((good << 8n) | 1n), ...sha384WithRsa }),
  },
  {
    rule: 'mozilla/public-key-valid',
    fails: certificate({ spki: made.SPKI.with(made.SPKI.length - 1, made.SPKI.at(-1)! ^ 1) }),
    message: 'EC point is not on the curve P-384',
  },
  {
    rule: 'mozilla/public-key-valid',
    fails: certificate({ spki: made.rsaSpki(good, 1n), ...sha384WithRsa }),
    message: 'the RSA exponent is 1, expected an odd number above 1',
    passes: certificate({ spki: made.rsaSpki(good, 3n), ...sha384WithRsa }),
  },
  {
    rule: 'mozilla/public-key-valid',
    fails: certificate({ spki: made.rsaSpki(good, 65536n), ...sha384WithRsa }),
    message: 'the RSA exponent is 65536, expected an odd number above 1',
    passes: certificate({ spki: made.rsaSpki(good), ...sha384WithRsa }),
  },
  {
    rule: 'mozilla/signature-algorithm',
    fails: certificate(ecdsaWithNull),
    message:
      'the signature algorithm is 300c06082a8648ce3d0403030500, which is none of those that the policy prescribes byte for byte',
    passes: certificate(sha1WithRsa),
  },
  {
    rule: 'mozilla/signature-not-sha1',
    fails: certificate({ spki: made.rsaSpki(good), ...sha1WithRsa }),
    message: 'the signature algorithm is RSASSA-PKCS1-v1_5 with SHA-1, expected SHA-256, SHA-384 or SHA-512',
    passes: certificate({ spki: made.rsaSpki(good), ...sha384WithRsa }),
  },
  {
    rule: 'mozilla/signature-algorithm-fits-key',
    fails: certificate({ signature: made.ECDSA_SHA256, signatureAlgorithm: made.ECDSA_SHA256 }),
    message: 'the signature algorithm is ECDSA with SHA-256, which is not for a key of P-384',
    passes: certificate({ spki: made.rsaSpki(good), ...sha384WithRsa }),
  },
  {
    rule: 'mozilla/serial-entropy',
    fails: certificate({ serial: integer(hex('01000000000001')) }),
    message: 'the serial number has 7 octets, expected at least 8',
    passes: certificate({ serial: integer(hex('0100000000000001')) }),
  },
  {
    rule: 'mozilla/serial-entropy',
    fails: certificate({ serial: element(TAG.integer, hex('8100000000000001')) }),
    message: 'the serial number is not greater than zero',
    passes: certificate({ serial: integer(hex('8100000000000001')) }),
  },
  {
    rule: 'mozilla/root-purpose-dedicated',
    fails: purposes(OID.serverAuth, OID.emailProtection),
    message: 'extKeyUsage has both serverAuth and emailProtection, expected one of them',
    passes: purposes(OID.serverAuth, OID.clientAuth),
  },
  {
    rule: 'mozilla/root-purpose-dedicated',
    fails: purposes(OID.anyExtendedKeyUsage),
    message: 'extKeyUsage has anyExtendedKeyUsage: the root is dedicated to nothing',
    passes: purposes(OID.emailProtection),
  },
  {
    rule: 'mozilla/root-lifecycle',
    fails: ending('2042-03-01T09:00:01Z'),
    message: 'notAfter is 2042-03-01T09:00:01Z, and trust ends at 2042-03-01T09:00:00Z, 15 years after notBefore',
    passes: ending('2042-03-01T09:00:00Z'),
  },
  {
    rule: 'mozilla/root-lifecycle',
    fails: ending('2045-03-01T09:00:01Z', OID.emailProtection),
    message: 'notAfter is 2045-03-01T09:00:01Z, and trust ends at 2045-03-01T09:00:00Z, 18 years after notBefore',
    passes: ending('2045-03-01T09:00:00Z', OID.emailProtection),
  },
];
