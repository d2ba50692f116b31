import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lint } from '../../src/pki/lint.ts';
import { RULE_PACKS } from '../../src/pki/rule-packs.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { CA_ALGORITHMS, type CaAlgorithm, crlRequest, issueCrl, issueRoot, rootRequest } from '../issue/software-ca.ts';

/** Rules that look at keys and signatures, and at nothing else of a sound root. */
const OF_KEYS = /\/(?:crl-signature|signature|public-key|root-key|ca-key|rsa)-/;

/** What the rule packs say of a sound root of that algorithm, and of its first CRL: only what its key is to blame for. */
async function found(algorithm: CaAlgorithm): Promise<string[]> {
  const request = rootRequest(algorithm, { notBefore: '2027-03-01T00:00:00Z', notAfter: '2037-02-28T23:59:59Z' });
  const certificate = await issueRoot(request);
  const ofRoot = lint({ certificate }, [...RULE_PACKS.keys()], { kind: 'root-ca', plannedAt: request.notBefore });
  const asked = crlRequest(certificate, algorithm, {
    thisUpdate: '2027-03-01T00:00:00Z',
    nextUpdate: '2028-02-28T23:59:59Z',
  });
  const ofCrl = lint({ crl: issueCrl(asked, algorithm) }, [...RULE_PACKS.keys()], {
    kind: 'root-crl',
    plannedAt: asked.thisUpdate,
    issuer: parseCertificate(certificate),
    previous: undefined,
  });
  const rules = [...ofRoot.problems, ...ofCrl.problems].map(({ rule }) => rule);
  return [...new Set(rules.filter((rule) => OF_KEYS.test(rule)))].sort();
}

const FORBIDDEN: Readonly<Record<CaAlgorithm, readonly string[]>> = {
  'ecdsa-p256': ['apple/root-key-size'],
  'ecdsa-p384': [],
  'ecdsa-p521': [],
  'rsa-3072': ['apple/root-key-size', 'cabf-cs/ca-key-size'],
  'rsa-4096': [],
  // Neither rfc5280 nor private nor cabf-smime: RFC 8410; S/MIME BR §7.1.3.1.
  ed25519: [
    'apple/root-key-size',
    'cabf-cs/ca-key-size',
    'cabf-cs/signature-algorithm',
    'cabf-tls/crl-signature-algorithm',
    'cabf-tls/public-key-algorithm',
    'cabf-tls/signature-algorithm',
    'microsoft/root-key-size',
    'mozilla/crl-signature-algorithm',
    'mozilla/public-key-algorithm',
    'mozilla/signature-algorithm',
  ],
};

describe('what the rules forbid of a root and its CRL', () => {
  for (const algorithm of CA_ALGORITHMS) {
    it(`under ${algorithm}: ${FORBIDDEN[algorithm].join(', ') || 'nothing'}`, async () => {
      assert.deepEqual(await found(algorithm), FORBIDDEN[algorithm]);
    });
  }
});
