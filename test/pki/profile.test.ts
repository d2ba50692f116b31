import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { profileDigest, resolveProfile } from '../../src/pki/profile.ts';
import { readProfileTemplate } from '../../src/pki/profile-template.ts';
import { rootProfile, TEMPLATES } from './fixtures.ts';

const messagesOf = (overrides: JsonObject, name = 'root-ca') =>
  resolveProfile(name, overrides, TEMPLATES).problems.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('resolveProfile', () => {
  it('gives the root profile its fixed fields', () => {
    assert.deepEqual(rootProfile(), {
      type: 'quorate/certificate-profile/1',
      extends: 'root-ca',
      version: 1,
      kind: 'root-ca',
      fields: {
        'basic-constraints': 'ca',
        'key-usage': ['keyCertSign', 'cRLSign'],
        'subject-key-identifier': 'rfc7093-method-1',
        'authority-key-identifier': 'key-identifier',
      },
    });
  });

  it('puts a script over it, each field in its one form', () => {
    const { fields } = rootProfile({
      'path-length': 1,
      'key-usage': ['cRLSign', 'keyCertSign', 'digitalSignature'],
      'extended-key-usage': ['serverAuth', '1.3.6.1.4.1.99999.1'],
      policies: ['2.23.140.1.2.1'],
      'ca-issuers': 'http://pki.example.com/root.crt',
      crl: 'http://pki.example.com/root.crl',
    });
    assert.deepEqual(fields['key-usage'], ['digitalSignature', 'keyCertSign', 'cRLSign']);
    assert.equal(fields['path-length'], 1);
    assert.deepEqual(fields['extended-key-usage'], ['serverAuth', '1.3.6.1.4.1.99999.1']);
    assert.equal(fields.crl, 'http://pki.example.com/root.crl');
  });

  it('takes path lengths from 0 to 255', () => {
    assert.equal(rootProfile({ 'path-length': 0 }).fields['path-length'], 0);
    assert.equal(rootProfile({ 'path-length': 255 }).fields['path-length'], 255);
    assert.deepEqual(messagesOf({ 'path-length': 256 }), [
      'path-length: the path length is 256, expected an integer from 0 to 255',
    ]);
  });

  it('has a digest that a field changes and the order of fields does not', () => {
    const digest = profileDigest(rootProfile());
    assert.equal(digest, 'b86481fd185f67bc26904fe154b9480150061568453bafe65c94032cd4ad36b8');
    assert.notEqual(profileDigest(rootProfile({ 'path-length': 0 })), digest);
    const [crl, policies] = ['http://pki.example.com/root.crl', ['2.23.140.1.2.1']];
    assert.equal(profileDigest(rootProfile({ crl, policies })), profileDigest(rootProfile({ policies, crl })));
  });

  const refused: readonly (readonly [JsonObject, string])[] = [
    [
      { pathlen: 0 },
      'pathlen: "pathlen" is not a field that a script may set here, expected one of path-length, key-usage, extended-key-usage, policies, ca-issuers, crl (profile "root-ca")',
    ],
    [
      { 'basic-constraints': 'none' },
      'basic-constraints: "basic-constraints" is not a field that a script may set here, expected one of path-length, key-usage, extended-key-usage, policies, ca-issuers, crl (profile "root-ca")',
    ],
    [{ 'path-length': -1 }, 'path-length: the path length is -1, expected an integer from 0 to 255'],
    [{ 'path-length': '0' }, 'path-length: the path length is "0", expected an integer from 0 to 255'],
    [{ 'key-usage': [] }, 'key-usage: [] is not a list of key usages, expected at least one in brackets'],
    [
      { 'key-usage': ['certSign'] },
      'key-usage: "certSign" is not a key usage, expected some of digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment, keyAgreement, keyCertSign, cRLSign, encipherOnly, decipherOnly',
    ],
    [{ 'key-usage': ['cRLSign', 'cRLSign'] }, 'key-usage: "cRLSign" is named twice'],
    [
      { 'extended-key-usage': 'serverAuth' },
      'extended-key-usage: "serverAuth" is not a list of purposes, expected at least one in brackets',
    ],
    [
      { 'extended-key-usage': ['tls'] },
      'extended-key-usage: "tls" is not a purpose, expected one of serverAuth, clientAuth, codeSigning, emailProtection, timeStamping, OCSPSigning, anyExtendedKeyUsage or an object identifier',
    ],
    [
      { 'extended-key-usage': ['serverAuth', '1.3.6.1.5.5.7.3.1'] },
      'extended-key-usage: the purpose 1.3.6.1.5.5.7.3.1 is named twice',
    ],
    [
      { policies: ['1.40.1'] },
      'policies.0: "1.40.1" is not a policy, expected an object identifier such as 2.23.140.1.2.1, or any-policy',
    ],
    [{ policies: [2.23] }, 'policies: [2.23] is not a list of policies, expected at least one in brackets'],
    [
      { crl: 'https://pki.example.com/root.crl' },
      'crl: "https://pki.example.com/root.crl" is not a URL beginning with "http://"',
    ],
    [
      { crl: 'http://pki.example.com' },
      'crl: the URL "http://pki.example.com" is not in normal form, expected "http://pki.example.com/"',
    ],
    [
      { crl: 'http://PKI.example.com/ö' },
      'crl: the URL "http://PKI.example.com/ö" is not in normal form, expected "http://pki.example.com/%C3%B6"',
    ],
    [
      { crl: 'http://me:secret@pki.example.com/' },
      'crl: the URL "http://me:secret@pki.example.com/" holds a user name, a password or a fragment',
    ],
    ...['http://me@pki.example.com/', 'http://:x@pki.example.com/', 'http://pki.example.com/#crl'].map(
      (crl) => [{ crl }, `crl: the URL "${crl}" holds a user name, a password or a fragment`] as const,
    ),
    [{ 'ca-issuers': 7 }, 'ca-issuers: 7 is not a URL'],
  ];
  for (const [overrides, message] of refused) {
    it(`refuses ${JSON.stringify(overrides)}`, () => assert.deepEqual(messagesOf(overrides), [message]));
  }

  it('lists all problems, and gives no profile', () => {
    const resolution = resolveProfile('root-ca', { 'path-length': 'x', crl: 1 }, TEMPLATES);
    assert.equal(resolution.profile, undefined);
    assert.deepEqual(
      resolution.problems.map(({ path }) => path),
      [['path-length'], ['crl']],
    );
  });

  it('knows the templates by name', () => {
    assert.deepEqual(messagesOf({}, 'intermediate'), [
      `extends: there is no profile "intermediate", expected one of ${[...TEMPLATES.keys()].join(', ')}`,
    ]);
    assert.deepEqual(messagesOf({ crl: 'http://a/' }, 'root-crl'), [
      'crl: "crl" is not a field that a script may set here, expected none (profile "root-crl")',
    ]);
  });
});

describe('readProfileTemplate', () => {
  const text = readFileSync(new URL('../../templates/profiles/root-ca.json', import.meta.url), 'utf8');
  const change = (from: string, to: string) => () => readProfileTemplate(text.replace(from, to), 'root-ca');
  const refuses = (run: () => unknown, message: string) => assert.throws(run, { code: 'PROFILE_INVALID', message });

  it('refuses what is not a template', () => {
    refuses(() => readProfileTemplate('{', 'root-ca'), 'profile template "root-ca" is not JSON');
    for (const json of ['[]', 'null', '7']) {
      refuses(() => readProfileTemplate(json, 'root-ca'), 'profile template "root-ca" is not an object');
    }
    const fields = JSON.parse(text) as JsonObject;
    for (const value of [[], null, 7]) {
      refuses(
        () => readProfileTemplate(JSON.stringify({ ...fields, fields: value }), 'root-ca'),
        'profile template "root-ca" has no fields',
      );
    }
    refuses(() => readProfileTemplate(text, 'other'), 'profile template "other" calls itself "root-ca"');
    refuses(change('"version": 1', '"version": "1"'), 'profile template "root-ca" has no version number');
    refuses(
      change('"kind": "root-ca"', '"kind": "root"'),
      'profile template "root-ca" is of kind "root", expected one of root-ca, subordinate-ca, ocsp-responder, root-crl',
    );
    refuses(
      change('certificate-profile/1', 'profile/1'),
      'profile template "root-ca" has the type "quorate/profile/1", expected "quorate/certificate-profile/1"',
    );
    refuses(change('"crl"]', '"delta-crl"]'), 'profile template "root-ca" opens an unknown field');
    refuses(change('"policies",', '"policies.notice",'), 'profile template "root-ca" opens an unknown field');
    refuses(
      change('"keyCertSign", "cRLSign"', '"cRLSign", "keyCertSign"'),
      'profile template "root-ca" has "key-usage" not in normal form, expected ["keyCertSign","cRLSign"]',
    );
    refuses(
      change('"title"', '"comment"'),
      'profile template "root-ca" has the members comment, fields, kind, name, open, type, version',
    );
    refuses(
      change('"basic-constraints": "ca"', '"basic-constraints": "none"'),
      'profile template "root-ca" has the field "basic-constraints" "none", expected "ca"',
    );
    refuses(
      change('"basic-constraints": "ca",', ''),
      'profile template "root-ca" has the field "basic-constraints" left out, expected "ca"',
    );
    refuses(
      change('"basic-constraints": "ca",', '"basic-constraints": "ca", "ocsp-no-check": "present",'),
      'profile template "root-ca" has the field "ocsp-no-check", which its kind does not have',
    );
    refuses(
      change('"basic-constraints": "ca",', '"basic-constraints": "ca", "path-length": -1,'),
      'profile template "root-ca" has a wrong "path-length": the path length is -1, expected an integer from 0 to 255',
    );
    refuses(change('"key-usage": ["keyCertSign", "cRLSign"],', ''), 'profile template "root-ca" has no key usages');
    refuses(
      change('"open": [', '"required": ["ocsp"], "open": ['),
      'profile template "root-ca" requires a field that it does not open',
    );
    refuses(
      change('"open": [', '"required": ["basic-constraints"], "open": ['),
      'profile template "root-ca" requires a field that it does not open',
    );
    refuses(
      change('"open": [', '"constrained": ["host"], "open": ['),
      'profile template "root-ca" constrains an unknown form of names',
    );
    refuses(
      change('"open": [', '"constrained": ["dns"], "open": ["name-constraints", '),
      'profile template "root-ca" constrains names without requiring name constraints',
    );
  });

  it('holds a responder to its one purpose', () => {
    const responder = readFileSync(new URL('../../templates/profiles/ocsp-responder.json', import.meta.url), 'utf8');
    const changed = (from: string, to: string) => () =>
      readProfileTemplate(responder.replace(from, to), 'ocsp-responder');
    assert.doesNotThrow(changed('', ''));
    refuses(
      changed('["OCSPSigning"]', '["OCSPSigning", "clientAuth"]'),
      'profile template "ocsp-responder" has the field "extended-key-usage" ["OCSPSigning","clientAuth"], expected ["OCSPSigning"]',
    );
    refuses(
      changed('"ocsp-no-check": "present"', '"path-length": 0'),
      'profile template "ocsp-responder" has the field "ocsp-no-check" left out, expected "present"',
    );
    refuses(changed('"open": []', '"open": ["crl"]'), 'profile template "ocsp-responder" opens an unknown field');
  });
});
