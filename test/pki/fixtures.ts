import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { type CertificateProfile, type CrlProfile, resolveProfile } from '../../src/pki/profile.ts';
import { type ProfileTemplate, readProfileTemplate } from '../../src/pki/profile-template.ts';

/** The templates that ship, by name. */
export const TEMPLATES: ReadonlyMap<string, ProfileTemplate> = new Map(
  ['root-ca', 'root-crl'].map((name) => {
    const url = new URL(`../../templates/profiles/${name}.json`, import.meta.url);
    return [name, readProfileTemplate(readFileSync(url, 'utf8'), name)];
  }),
);

/** The root profile with these fields over it. */
export function rootProfile(overrides: JsonObject = {}): CertificateProfile {
  const { profile, problems } = resolveProfile('root-ca', overrides, TEMPLATES);
  if (profile?.type !== 'quorate/certificate-profile/1') throw new Error(JSON.stringify(problems));
  return profile;
}

export function crlProfile(): CrlProfile {
  const { profile } = resolveProfile('root-crl', {}, TEMPLATES);
  if (profile?.type !== 'quorate/crl-profile/1') throw new Error('no CRL profile');
  return profile;
}
