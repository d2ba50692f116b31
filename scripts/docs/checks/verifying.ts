import { type Check, code, type Part, rules, vector } from './check.ts';

/** What the verifier finds in a pack. */
export const VERIFYING: readonly Part[] = [
  {
    part: 'What the verifier judges again',
    first: 100,
    checks: [
      vector('A certificate breaks a rule of the named packs.', 'certificate-lint', 'too-long'),
      vector('A CRL breaks a rule of the named packs.', 'crl-lint', 'too-long'),
      vector('What was proposed broke a rule that is not waived.', 'proposal-lint', 'not-waived'),
      vector('A certificate’s signature is not by the key of the issuer.', 'certificate-signature', 'other-key'),
      vector('A CRL’s signature is not by the key of the issuer.', 'crl-signature', 'other-key'),
      vector('A certificate is not what was approved.', 'certificate-tbs', 'other-serial'),
      vector('A CRL is not what was approved.', 'crl-tbs', 'other-date'),
      vector('A certificate has another key than the ceremony made.', 'certificate-key', 'other-key'),
      vector('The copies of a certificate differ.', 'certificate-copies', 'other-pem'),
      vector('The copies of a CRL differ.', 'crl-copies', 'other-crl'),
      vector('A certificate is there that no step made.', 'certificate-missing', 'surplus'),
      vector('A key is weak.', 'key-quality', 'compressed-point'),
      vector('A key can leave the HSM.', 'key-attributes', 'extractable'),
      vector('A key did not prove that it is there.', 'key-possession', 'not-approved'),
      vector('A rule pack is not the one that was linted with.', 'opening-versions', 'rule-pack'),
      vector('A certificate below a root breaks a rule.', 'certificate-lint', 'below-root'),
      vector(
        'The signature of one below a root is not by the key of its issuer.',
        'certificate-signature',
        'below-root',
      ),
      vector(
        'No certificate in the pack has the name of an issuer and the key that signed.',
        'certificate-issuer',
        'other-name',
      ),
      vector('Two certificates of one issuer have one serial number.', 'certificate-hierarchy', 'same-serial'),
      vector('Certificates of one issuer name different CRLs.', 'certificate-hierarchy', 'other-crl'),
      vector('A request’s signature is not by the key that it is for.', 'request-signature', 'other-key'),
      vector('A request is not what was approved.', 'request-tbs', 'other-name'),
      vector('The signature in a request is not the one that the HSM returned.', 'request-result', 'other-signature'),
      vector('The copies of a request differ.', 'request-copies', 'other-request'),
      vector('A request is there that no step made.', 'request-missing', 'surplus'),
      vector('A request is no strict DER.', 'request-read', 'truncated'),
      vector(
        'Certificates of one issuer name different places of its certificate.',
        'certificate-hierarchy',
        'other-ca-issuers',
      ),
    ],
  },
  {
    part: 'Answers to OCSP requests, given beforehand',
    first: 240,
    checks: [
      code(
        'The guard signs none whose status is not that of the CRL of this ceremony.',
        'src/guard/ocsp-payload.ts',
        'test/guard/payload.test.ts',
        'says what the CRL of this ceremony says',
      ),
      code(
        'It is about certificates of one CA, signed by it or by a responder that it has certified for that, within their validity.',
        'src/pki/answer-faults.ts',
        'test/steps/presign-ocsp.test.ts',
        'nothing is proposed that a client would not take, or that is not so',
      ),
      code(
        'A certificate is answered for once in a ceremony.',
        'src/steps/answers-planned.ts',
        'test/plan/answer-cases.ts',
        'two answers about one certificate',
      ),
      rules(
        'It stands no longer than it may, and says why a CA is revoked.',
        'cabf-tls/ocsp-span',
        'cabf-tls/ocsp-reason-present',
        'microsoft/ocsp-span',
      ),
      vector('An OCSP response says what the CRL does not say.', 'ocsp-status', 'not-revoked'),
      vector('An OCSP response is not by its CA or a responder of it.', 'ocsp-responder', 'without-certificate'),
      vector('An OCSP response breaks a rule of the named packs.', 'ocsp-lint', 'too-long'),
      vector('An OCSP response’s signature is not by the key that was approved.', 'ocsp-signature', 'other-key'),
      vector('An OCSP response is not what was approved.', 'ocsp-tbs', 'other-date'),
      vector(
        'The signature in an OCSP response is not the one that the HSM returned.',
        'ocsp-result',
        'other-signature',
      ),
      vector('A request finds another OCSP response.', 'ocsp-copies', 'other-response'),
      vector('An OCSP response is there that no step made.', 'ocsp-missing', 'surplus'),
      vector('An OCSP response is no strict DER.', 'ocsp-read', 'truncated'),
    ],
  },
  {
    part: 'What the verifier judges of a certificate beside another',
    first: 190,
    checks: [
      vector('A cross-certificate allows what the existing one does not.', 'certificate-hierarchy', 'cross-key-usage'),
      vector('A cross-certificate breaks a rule.', 'certificate-lint', 'cross'),
      vector('A certificate that is issued again is not what it was.', 'certificate-hierarchy', 'issued-again'),
      vector('A certificate that is issued again breaks a rule.', 'certificate-lint', 'issued-again'),
    ],
  },
  {
    part: 'From pack to pack, over all packs of a CA',
    first: 170,
    checks: [
      chained('A key has vanished from the ledger.', 'chain-lost', 'keys'),
      chained('A certificate has vanished from the ledger.', 'chain-lost', 'certificates'),
      chained('A CRL has vanished from the ledger.', 'chain-lost', 'crls'),
      chained('A key is in the ledger that no ceremony made.', 'chain-derived', 'keys'),
      chained('A certificate is in the ledger that no ceremony made.', 'chain-derived', 'certificates'),
      chained('A CRL is in the ledger that no ceremony made.', 'chain-derived', 'crls'),
      chained('A ceremony started from another ledger than the pack before has.', 'chain-ledger', 'another'),
      chained('A CRL number comes again.', 'chain-crl-number', 'again'),
      chained('An entry of a CRL is lost.', 'chain-crl-entry', 'dropped'),
      chained('Two ceremonies follow the same one.', 'chain-fork', 'two-followers'),
      chained('A ceremony between two others is not shown.', 'chain-gap', 'middle-one'),
      chained('A delta CRL removes what an earlier CRL has revoked for good.', 'chain-crl-delta', 'removed'),
      chained('An entry of a partitioned CRL is lost.', 'chain-crl-entry', 'partition'),
      chained('An entry of a CRL has another date than in the one before.', 'chain-crl-entry', 'other-date'),
      chained('An entry of a CRL has another reason than in the one before.', 'chain-crl-entry', 'other-reason'),
    ],
  },
  {
    // The numbers up to 130 are given.
    part: 'What else the verifier judges again',
    first: 200,
    checks: [
      vector('Production certifies what a rehearsal made.', 'mode-marking', 'cross'),
      vector('The published fingerprint is that of another certificate.', 'certificate-copies', 'other-fingerprint'),
      vector('What is published is a copy of nothing that was made.', 'pack-published', 'another'),
      code(
        'An RSA key that came in was looked up in another list of weak keys than the site names, or in none.',
        'src/steps/looked-up.ts',
        'test/vectors/STEP-INPUT-not-looked-up.ts',
      ),
    ],
  },
];

/** A check between packs, and the packs with that one fault. */
function chained(what: string, check: string, slug: string): Check {
  const test = `test/vectors/chain/${check.toUpperCase()}-${slug}.ts`;
  return code(what, `src/verify/chain/checks/${check}.ts`, test);
}
