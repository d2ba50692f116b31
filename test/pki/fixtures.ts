import { readdirSync, readFileSync } from 'node:fs';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { type CertificateProfile, type CrlProfile, resolveProfile } from '../../src/pki/profile.ts';
import { type ProfileTemplate, readProfileTemplate } from '../../src/pki/profile-template.ts';

const FOLDER = new URL('../../templates/profiles/', import.meta.url);

/** The templates that ship, by name. */
export const TEMPLATES: ReadonlyMap<string, ProfileTemplate> = new Map(
  readdirSync(FOLDER)
    .sort()
    .map((file) => {
      const name = file.replace(/\.json$/, '');
      return [name, readProfileTemplate(readFileSync(new URL(file, FOLDER), 'utf8'), name)];
    }),
);

/** The certificate profile of that template with these fields over it. */
export function profileOf(template: string, overrides: JsonObject = {}): CertificateProfile {
  const { profile, problems } = resolveProfile(template, overrides, TEMPLATES);
  if (profile?.type !== 'quorate/certificate-profile/1') throw new Error(JSON.stringify(problems));
  return profile;
}

/** The root profile with these fields over it. */
export function rootProfile(overrides: JsonObject = {}): CertificateProfile {
  return profileOf('root-ca', overrides);
}

/** What a script has to say, and may, for each profile of a certificate below a root. */
export const SCRIPTED: { readonly [template: string]: JsonObject } = {
  'tls-issuing-ca': {
    policies: ['2.23.140.1.2.1', { policy: '1.3.6.1.4.1.99999.1', cps: 'https://pki.example.com/cps' }],
    'name-constraints': {
      permitted: { dns: ['example.com'], directory: [{ C: 'US', O: 'Example Org' }] },
      excluded: { ip: 'all' },
    },
    'ca-issuers': 'http://pki.example.com/root.crt',
    ocsp: 'http://ocsp.example.com/',
    crl: 'http://pki.example.com/root.crl',
  },
  'private-service-ca': {
    'path-length': 1,
    policies: [
      { policy: '1.3.6.1.4.1.99999.2', cps: 'http://pki.example.com/cps', notice: 'Für Dienste von Example.' },
    ],
    'name-constraints': { permitted: { dns: ['svc.example.com', 'corp.example.net'], ip: ['10.0.0.0/8', 'fd00::/8'] } },
    'policy-constraints': { 'require-explicit-policy': 0, 'inhibit-policy-mapping': 200 },
    'inhibit-any-policy': 0,
    crl: 'http://pki.example.com/root.crl',
  },
  'device-ca': {
    'extended-key-usage': ['clientAuth', '1.3.6.1.5.5.7.3.14'],
    policies: [{ policy: '1.3.6.1.4.1.99999.3', notice: 'Devices of Example Org' }],
    'inhibit-any-policy': 128,
    crl: 'http://pki.example.com/root.crl',
  },
  'client-ca': {
    policies: ['any-policy'],
    'policy-constraints': { 'require-explicit-policy': 1 },
    crl: 'http://pki.example.com/root.crl',
  },
  'code-signing-ca': {
    policies: ['2.23.140.1.4.1'],
    'ca-issuers': 'http://pki.example.com/root.crt',
    crl: 'http://pki.example.com/root.crl',
  },
  'timestamping-ca': {
    policies: ['2.23.140.1.4.2'],
    'ca-issuers': 'http://pki.example.com/root.crt',
    crl: 'http://pki.example.com/root.crl',
  },
  'smime-ca': {
    'key-usage': ['digitalSignature', 'keyCertSign', 'cRLSign'],
    policies: ['2.23.140.1.5.1.1'],
    'name-constraints': { permitted: { email: ['example.com', '.mail.example.com', 'ceo@example.org'] } },
    crl: 'http://pki.example.com/root.crl',
  },
  'spiffe-ca': { 'name-constraints': { permitted: { uri: ['prod.example.com'] } } },
  'partner-ca': {
    'extended-key-usage': ['serverAuth', 'clientAuth', 'emailProtection'],
    policies: ['1.3.6.1.4.1.99999.4'],
    'name-constraints': {
      permitted: {
        dns: ['partner.example'],
        ip: ['192.0.2.0/24', '2001:db8::/32'],
        email: ['partner.example'],
        uri: ['.partner.example'],
        directory: [{ C: 'DE', O: 'Partner' }, { DC: ['example', 'partner'] }],
      },
      excluded: { dns: ['secret.partner.example'], email: ['root@partner.example'], ip: ['192.0.2.128/25'] },
    },
    crl: 'http://pki.example.com/root.crl',
  },
  'cross-ca': {
    'extended-key-usage': ['serverAuth'],
    policies: ['2.23.140.1.2.1'],
    'ca-issuers': 'http://pki.example.com/root.crt',
    crl: 'http://pki.example.com/root.crl',
  },
  'ocsp-responder': {},
};

export function crlProfile(): CrlProfile {
  const { profile } = resolveProfile('root-crl', {}, TEMPLATES);
  if (profile?.type !== 'quorate/crl-profile/1') throw new Error('no CRL profile');
  return profile;
}
