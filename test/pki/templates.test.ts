import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { resolveProfile } from '../../src/pki/profile.ts';
import { profileOf, SCRIPTED, TEMPLATES } from './fixtures.ts';

const problemsOf = (name: string, overrides: JsonObject) =>
  resolveProfile(name, overrides, TEMPLATES).problems.map(({ path, message }) => `${path.join('.')}: ${message}`);

/** Without one of its members. */
function without(fields: JsonObject, member: string): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== member));
}

/** What a script has to give, by template: nobody else knows the CA's own URLs, policies and names. */
const REQUIRED: { readonly [template: string]: readonly string[] } = {
  'client-ca': ['crl'],
  'code-signing-ca': ['policies', 'ca-issuers', 'crl'],
  'cross-ca': ['crl'],
  'device-ca': ['crl'],
  'ocsp-responder': [],
  'partner-ca': ['extended-key-usage', 'policies', 'name-constraints', 'crl'],
  'private-service-ca': ['crl'],
  'root-ca': [],
  'root-crl': [],
  'smime-ca': ['policies', 'crl'],
  'spiffe-ca': ['name-constraints'],
  'timestamping-ca': ['policies', 'ca-issuers', 'crl'],
  'tls-issuing-ca': ['policies', 'ca-issuers', 'crl'],
};

/** Purposes before a script says anything. */
const PURPOSES: { readonly [template: string]: readonly string[] | undefined } = {
  'tls-issuing-ca': ['serverAuth'],
  'private-service-ca': ['serverAuth', 'clientAuth'],
  'device-ca': ['clientAuth'],
  'client-ca': ['clientAuth'],
  'code-signing-ca': ['codeSigning'],
  'timestamping-ca': ['timeStamping'],
  'smime-ca': ['emailProtection'],
  'spiffe-ca': ['serverAuth', 'clientAuth'],
  'partner-ca': undefined,
  'cross-ca': undefined,
  'ocsp-responder': ['OCSPSigning'],
};

describe('the templates that ship', () => {
  it('are these, and each is tried below', () => {
    assert.deepEqual([...TEMPLATES.keys()].sort(), Object.keys(REQUIRED).sort());
    assert.deepEqual(
      Object.keys(SCRIPTED).sort(),
      Object.keys(REQUIRED)
        .filter((name) => !name.startsWith('root-'))
        .sort(),
    );
  });

  for (const [name, fields] of Object.entries(SCRIPTED)) {
    it(`${name}: takes what a script has to say, and says of each part that it is required`, () => {
      assert.deepEqual(problemsOf(name, fields), []);
      const { fields: own } = TEMPLATES.get(name) ?? assert.fail();
      assert.deepEqual((own as unknown as JsonObject)['extended-key-usage'], PURPOSES[name]);
      for (const field of REQUIRED[name] ?? []) {
        assert.deepEqual(problemsOf(name, without(fields, field)), [
          `: "${field}" is left out, and the profile "${name}" requires it of a script`,
        ]);
      }
      assert.equal(problemsOf(name, {}).length, REQUIRED[name]?.length);
    });
  }

  it('are CAs for leaves alone, unless a script says otherwise', () => {
    assert.equal(profileOf('tls-issuing-ca', SCRIPTED['tls-issuing-ca']).fields['path-length'], 0);
    assert.equal(profileOf('private-service-ca', SCRIPTED['private-service-ca']).fields['path-length'], 1);
  });

  it('leave the purposes of public trust as they are, and let private ones be extended', () => {
    for (const name of ['code-signing-ca', 'timestamping-ca', 'smime-ca', 'spiffe-ca', 'ocsp-responder']) {
      const [problem] = problemsOf(name, { ...SCRIPTED[name], 'extended-key-usage': ['serverAuth'] });
      assert.match(
        problem ?? '',
        /^extended-key-usage: "extended-key-usage" is not a field that a script may set here/,
      );
    }
  });

  it('let a policy have a notice only where they open it', () => {
    const policies = ['1.2.3', { policy: '1.2.4', notice: 'a text' }];
    assert.deepEqual(problemsOf('tls-issuing-ca', { ...SCRIPTED['tls-issuing-ca'], policies }), [
      'policies.1: a policy has no notice here, expected its object identifier and "cps" alone (profile "tls-issuing-ca")',
    ]);
    assert.deepEqual(problemsOf('device-ca', { ...SCRIPTED['device-ca'], policies }), []);
  });

  it('wants every form of name of a partner confined, and the URIs of a trust domain', () => {
    const partner = { ...SCRIPTED['partner-ca'], 'name-constraints': { permitted: { dns: ['partner.example'] } } };
    assert.deepEqual(problemsOf('partner-ca', partner), [
      'name-constraints: names of the form "ip" are left free, and the profile "partner-ca" wants them confined: expected some of them under "permitted", or "ip: all" under "excluded"',
      'name-constraints: names of the form "email" are left free, and the profile "partner-ca" wants them confined: expected some of them under "permitted"; ".invalid" alone permits none',
      'name-constraints: names of the form "uri" are left free, and the profile "partner-ca" wants them confined: expected some of them under "permitted"; ".invalid" alone permits none',
      'name-constraints: names of the form "directory" are left free, and the profile "partner-ca" wants them confined: expected some of them under "permitted"',
    ]);
    // Excluding some leaves the others free.
    const constraints = {
      permitted: { email: ['.invalid'], uri: ['.invalid'], directory: [{ O: 'Partner' }] },
      excluded: { dns: ['example.com'], ip: ['0.0.0.0/0'] },
    };
    const forms = (all: JsonObject) =>
      problemsOf('partner-ca', { ...partner, 'name-constraints': all }).map(
        (text) => /"(\w+)" are left/.exec(text)?.[1],
      );
    assert.deepEqual(forms(constraints), ['dns', 'ip']);
    assert.deepEqual(forms({ ...constraints, excluded: { dns: 'all', ip: 'all' } }), []);
    assert.deepEqual(problemsOf('spiffe-ca', { 'name-constraints': { permitted: { dns: ['example.com'] } } }), [
      'name-constraints: names of the form "uri" are left free, and the profile "spiffe-ca" wants them confined: expected some of them under "permitted"; ".invalid" alone permits none',
    ]);
  });
});
