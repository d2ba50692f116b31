import { OID } from '../../src/der/oid.ts';
import { integer, raw, sequence } from '../../src/der/writer.ts';
import type { CertificateSubject } from '../../src/pki/lint-subject.ts';
import type { CertificateContext, CertificateKind, CertificateRule } from '../../src/pki/rule.ts';
import type { GeneralName } from '../../src/x509/general-name.ts';
import type { Certificate, Name } from '../../src/x509/model.ts';
import { KEY_ALGORITHMS } from '../../src/x509/public-key.ts';

/** The kinds of certificates, as the table of rules calls them. */
const KINDS: Readonly<Record<CertificateKind, string>> = {
  'root-ca': 'root',
  'subordinate-ca': 'subordinate',
  'cross-certificate': 'cross',
  'ocsp-responder': 'responder',
};

const nameOf = (octet: number): Name => ({
  der: Uint8Array.of(octet),
  attributes: [{ oid: OID.countryName, tag: 0x13, value: 'US', rdn: 0 }],
});
const general = (kind: GeneralName['kind']): GeneralName => ({
  kind,
  value: '',
  name: undefined,
  der: Uint8Array.of(),
});
const none = { qualifiers: undefined };
const key = sequence(integer(5), integer(3));

/** No certificate that anybody would make, but one that has whatever a rule could look for. */
const CERTIFICATE = {
  spki: { der: key, algorithm: { oid: OID.rsaEncryption, der: raw(KEY_ALGORITHMS.rsa), parameters: undefined }, key },
  issuer: nameOf(1),
  subject: nameOf(2),
  notBefore: { at: '2027-01-01T00:00:00Z' },
  notAfter: { at: '2028-01-01T00:00:00Z' },
  extensions: Object.values(OID).map((oid) => ({
    oid,
    value: Uint8Array.of(0x30, 0x06, 0x01, 0x01, 0xff, 0x02, 0x01, 0x01),
  })),
} as unknown as Certificate;

function subjectFor(...extKeyUsage: readonly string[]): CertificateSubject {
  return {
    certificate: CERTIFICATE,
    basicConstraints: { ca: true, pathLength: 1 },
    keyUsage: { names: ['keyCertSign'], bytes: Uint8Array.of(), unusedBits: 0 },
    extKeyUsage,
    certificatePolicies: [OID.anyPolicy, OID.domainValidated].map((oid) => ({ oid, ...none })),
    subjectKeyIdentifier: Uint8Array.of(),
    authorityKeyIdentifier: { keyIdentifier: Uint8Array.of(), issuer: undefined, serial: undefined },
    crlDistributionPoints: [
      {
        fullName: [general('uniformResourceIdentifier')],
        relativeName: undefined,
        reasons: undefined,
        crlIssuer: undefined,
      },
    ],
    authorityInfoAccess: [],
    subjectAltName: undefined,
    nameConstraints: {
      permitted: [{ base: general('iPAddress'), minimum: 0, maximum: undefined }],
      excluded: undefined,
    },
    policyConstraints: { requireExplicitPolicy: 0, inhibitPolicyMapping: undefined },
    policyMappings: [],
    malformed: [],
  };
}

const { serverAuth, codeSigning, emailProtection, anyExtendedKeyUsage } = OID;
const SUBJECTS = [
  subjectFor(serverAuth, codeSigning, emailProtection, anyExtendedKeyUsage),
  subjectFor(emailProtection),
];

/** The kinds of certificates that a rule can speak of: `root, cross`; `every certificate` where it is all of them. */
export function kindsOf(rule: CertificateRule): string {
  const kinds = (Object.keys(KINDS) as CertificateKind[]).filter((kind) => {
    const context = {
      kind,
      plannedAt: '2027-06-01T00:00:00Z',
      issuer: CERTIFICATE,
      existing: CERTIFICATE,
    } as CertificateContext;
    return SUBJECTS.some((subject) => rule.when?.(subject, context) !== false);
  });
  return kinds.length === Object.keys(KINDS).length ? 'every certificate' : kinds.map((kind) => KINDS[kind]).join(', ');
}
