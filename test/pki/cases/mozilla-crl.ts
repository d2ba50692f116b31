import { contextPrimitive } from '../../../src/der/tags.ts';
import { element } from '../../../src/der/writer.ts';
import * as made from '../broken.ts';
import type { CrlCase } from './case.ts';

const { crl, hex } = made;
const withPoint = (critical: boolean, ...fields: readonly Uint8Array[]) =>
  crl({ extensions: [...made.CRL_EXTENSIONS, made.issuingPoint(critical, ...fields)] });
const place = made.fullName(made.uri('http://pki.example.com/root-1.crl'));
const sha1 = hex('300d06092a864886f70d0101050500');
const ecdsaWithNull = hex('300c06082a8648ce3d0403030500');

export const MOZILLA_CRL: readonly CrlCase[] = [
  {
    rule: 'mozilla/crl-signature-algorithm',
    fails: crl({ signature: ecdsaWithNull, signatureAlgorithm: ecdsaWithNull }),
    message:
      'the signature algorithm is 300c06082a8648ce3d0403030500, which is none of those that the policy prescribes byte for byte',
    passes: crl({ signature: sha1, signatureAlgorithm: sha1 }),
  },
  {
    rule: 'mozilla/crl-signature-not-sha1',
    fails: crl({ signature: sha1, signatureAlgorithm: sha1 }),
    message: 'the signature algorithm is RSASSA-PKCS1-v1_5 with SHA-1, expected SHA-256, SHA-384 or SHA-512',
  },
  {
    rule: 'mozilla/crl-signature-algorithm-fits-key',
    fails: crl({ signature: made.ECDSA_SHA256, signatureAlgorithm: made.ECDSA_SHA256 }),
    message: 'the signature algorithm is ECDSA with SHA-256, which is not for a key of P-384',
  },
  {
    rule: 'mozilla/crl-partial-named',
    fails: withPoint(false, made.flag(2)),
    message: [
      'issuingDistributionPoint of a CRL of limited scope is not critical',
      'issuingDistributionPoint of a CRL of limited scope has no distributionPoint with a URI',
    ].join('\n'),
    passes: withPoint(true, place, made.flag(2)),
  },
  {
    rule: 'mozilla/crl-partial-named',
    fails: withPoint(false, place, element(contextPrimitive(3), hex('0640'))),
    message: 'issuingDistributionPoint of a CRL of limited scope is not critical',
    passes: withPoint(true, place, element(contextPrimitive(3), hex('0640'))),
  },
];
