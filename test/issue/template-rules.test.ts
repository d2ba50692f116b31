import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { standIn } from '../../src/issue/stand-in.ts';
import { lint } from '../../src/pki/lint.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import type { Certificate } from '../../src/x509/model.ts';
import { profileOf, SCRIPTED } from '../pki/fixtures.ts';
import { issueRoot, rootRequest, subordinateRequest } from './software-ca.ts';

const URLS = { 'ca-issuers': 'http://pki.example.com/root.crt', crl: 'http://pki.example.com/root.crl' };

/** The programmes that each template is made for, and what a script says where SCRIPTED says more than they like. */
const MADE_FOR: { readonly [template: string]: readonly [packs: readonly string[], fields?: JsonObject] } = {
  // Qualifiers are allowed there and not recommended.
  'tls-issuing-ca': [
    ['rfc5280', 'cabf-tls', 'mozilla', 'chrome', 'apple', 'microsoft'],
    { ...URLS, policies: ['2.23.140.1.2.1'] },
  ],
  'code-signing-ca': [['rfc5280', 'cabf-cs']],
  'timestamping-ca': [['rfc5280', 'cabf-cs']],
  'smime-ca': [['rfc5280', 'cabf-smime', 'mozilla', 'apple', 'microsoft'], { ...URLS, policies: ['2.23.140.1.5.1.1'] }],
  'ocsp-responder': [['rfc5280', 'cabf-tls', 'cabf-smime', 'cabf-cs', 'mozilla', 'chrome', 'apple', 'microsoft']],
  'private-service-ca': [['rfc5280', 'private']],
  'device-ca': [['rfc5280', 'private']],
  'client-ca': [['rfc5280', 'private']],
  'spiffe-ca': [['rfc5280', 'private']],
  'partner-ca': [['rfc5280', 'private']],
  'cross-ca': [['rfc5280', 'cabf-tls', 'mozilla', 'apple', 'microsoft']],
};

describe('a stand-in of every template, as a script fills it in', () => {
  let issuer: Uint8Array;
  let issuerCertificate: Certificate;
  before(async () => {
    issuer = await issueRoot(rootRequest('ecdsa-p384'));
    issuerCertificate = parseCertificate(issuer);
  });

  async function judged(name: string, packs: readonly string[], fields: JsonObject): Promise<readonly string[]> {
    const profile = profileOf(name, fields);
    const request = subordinateRequest(issuer, profile, 'ecdsa-p384');
    const { certificate } = await standIn(request);
    const kind = profile.kind === 'ocsp-responder' ? 'ocsp-responder' : 'subordinate-ca';
    const context = { kind, plannedAt: request.notBefore, issuer: issuerCertificate } as const;
    return lint({ certificate }, packs, context).problems.map(({ rule }) => rule);
  }

  it('is tried for each', () => assert.deepEqual(Object.keys(MADE_FOR).sort(), Object.keys(SCRIPTED).sort()));

  for (const [name, [packs, fields = SCRIPTED[name] ?? {}]] of Object.entries(MADE_FOR)) {
    it(`${name}: ${packs.join(', ')} find nothing`, async () => {
      assert.deepEqual(await judged(name, packs, fields), []);
    });
  }

  it('is refused by a programme that it is not made for', async () => {
    const found = await judged('client-ca', ['rfc5280', 'cabf-tls', 'chrome'], SCRIPTED['client-ca'] ?? {});
    assert.ok(found.includes('chrome/subordinate-purposes'), found.join(', '));
  });
});
