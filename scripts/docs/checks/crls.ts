import { code, type Part, rules, vector } from './check.ts';

/** What is held of CRLs. */
export const CRLS: readonly Part[] = [
  {
    part: 'CRLs',
    first: 50,
    checks: [
      rules(
        'It is strict DER of version 2, and so is each extension; the list of revoked certificates is not there when it is empty.',
        'rfc5280/crl-der',
        'rfc5280/crl-version-2',
        'rfc5280/crl-extension-values',
        'rfc5280/crl-extension-duplicate',
        'rfc5280/crl-revoked-not-empty',
      ),
      rules(
        'Its issuer is the subject of the CA’s certificate, byte for byte; that one may sign CRLs, and its key identifier is named.',
        'rfc5280/crl-issuer-matches',
        'rfc5280/crl-issuer-may-sign',
        'rfc5280/crl-authority-key-identifier-matches',
        'cabf-tls/crl-authority-key-identifier-form',
      ),
      rules(
        'It has a number in the allowed range, greater than that of the CRL before.',
        'rfc5280/crl-number-present',
        'rfc5280/crl-number-increases',
        'rfc5280/crl-number-length',
        'cabf-tls/crl-number-range',
      ),
      rules(
        'Its dates are in order and not in the future, within the CA’s validity, and span no more than they may; they go on from the CRL before.',
        'rfc5280/crl-update-order',
        'rfc5280/crl-next-update-present',
        'rfc5280/crl-within-issuer-validity',
        'rfc5280/crl-this-update-advances',
        'cabf-tls/crl-this-update-past',
        'cabf-tls/crl-span',
      ),
      rules(
        'Each revoked CA certificate has one of the reasons that are allowed, not critical.',
        'cabf-tls/crl-reason-present',
        'cabf-tls/crl-reason-permitted',
        'cabf-tls/crl-reason-not-critical',
        'rfc5280/crl-reason-specified',
      ),
      code(
        'The reason is an ENUMERATED in the entry, as another program reads it.',
        'src/issue/revoked-certificates.ts',
        'test/issue/crl.test.ts',
        'lists serial numbers, dates and reasons as openssl reads them, the reason as ENUMERATED',
      ),
      rules(
        'No serial number is listed twice, and no revocation lies in the future.',
        'rfc5280/crl-serial-distinct',
        'rfc5280/crl-entry-not-future',
      ),
      rules(
        'No entry of the CRL before is lost, and none has another date or reason.',
        'rfc5280/crl-entries-kept',
        'cabf-tls/crl-entries-unchanged',
      ),
      rules(
        'It is full, direct and complete: no delta, no indirect CRL, no scope that hides something.',
        'cabf-tls/crl-not-delta',
        'rfc5280/crl-scope-kept',
        'cabf-tls/crl-not-indirect',
        'cabf-tls/crl-issuing-distribution-point-scope',
        'cabf-tls/crl-issuing-distribution-point-absent',
        'rfc5280/crl-issuing-distribution-point-critical',
        'mozilla/crl-partial-named',
      ),
      rules(
        'Its signature algorithm has prescribed bytes, and is the one for the CA’s key.',
        'rfc5280/crl-signature-algorithm-equal',
        'cabf-tls/crl-signature-algorithm',
        'cabf-tls/crl-signature-algorithm-fits-key',
        'mozilla/crl-signature-not-sha1',
        'private/crl-signature-algorithm',
      ),
      code(
        'A CA that gets a certificate gets a CRL in the same ceremony.',
        'src/plan/simulate.ts',
        'test/plan/order-cases.ts',
        'a certificate without a CRL',
      ),
    ],
  },
  {
    // Of hierarchies that claim no public policy: there alone they are signed.
    part: 'Delta CRLs',
    first: 280,
    checks: [
      rules(
        'It says critically that it is one, starts from the complete CRL before, and has the next number of one sequence.',
        'rfc5280/crl-delta-indicator-critical',
        'rfc5280/crl-delta-base',
        'rfc5280/crl-number-increases',
      ),
      rules(
        'It lists all that has changed since, and releases what was on hold and nothing else.',
        'rfc5280/crl-delta-changes-listed',
        'rfc5280/crl-delta-removal-of-hold',
        'rfc5280/crl-reason-not-removal',
      ),
      rules(
        'A complete CRL says where its delta CRLs are, and a delta CRL does not; it ends no later than what it starts from.',
        'rfc5280/crl-freshest-form',
        'rfc5280/crl-freshest-not-critical',
        'rfc5280/crl-delta-freshest-absent',
        'private/crl-delta-within-base',
      ),
      code(
        'None is signed, and nothing put on hold, under a public policy.',
        'src/pki/delta-policy.ts',
        'test/plan/delta.test.ts',
        'is signed where no public policy is claimed, and nothing is put on hold or released elsewhere',
      ),
      code(
        'A guard signs none that takes a revocation back.',
        'src/guard/delta-payload.ts',
        'test/guard/delta-payload.test.ts',
        'what is new, what was on hold and is released, and what is on hold and is revoked for good',
      ),
      vector('A delta CRL and the complete one of its number differ.', 'crl-delta', 'other-date'),
      vector('A delta CRL removes what was revoked for good.', 'crl-lint', 'removed-for-good'),
    ],
  },
  {
    part: 'Partitioned CRLs',
    first: 300,
    checks: [
      code(
        'They are signed where the named packs provide for them, and then as those want them.',
        'src/pki/partition-policy.ts',
        'test/plan/partition.test.ts',
        'are signed where the packs provide for them, and named where these want that',
      ),
      code(
        'A guard signs none that could leave out what another of the CA lists.',
        'src/guard/crl-partition.ts',
        'test/guard/crl-partition.test.ts',
        'the guard holds a CRL of a partition to the last one of that partition',
      ),
      code(
        'A guard signs none that lists a certificate of another partition.',
        'src/guard/crl-partition.ts',
        'test/guard/crl-partition.test.ts',
        'an entry of another partition',
      ),
      code(
        'A revocation is taken up by the CRL of its partition alone.',
        'src/pki/revocation-list.ts',
        'test/ceremony/partitioned.test.ts',
        'a decision is not taken up by the CRL of another partition',
      ),
      code(
        'Each certificate of the CA is in one partition, by the plan.',
        'src/plan/partitions-planned.ts',
        'test/plan/partition.test.ts',
        'have each certificate of the CA between them',
      ),
      vector('A certificate is in no partition of the CRL of its CA.', 'crl-partition', 'no-other'),
    ],
  },
];
