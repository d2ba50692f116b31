import { canonicalBytes, type Json, type JsonObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import type { KeyUsageName } from '../x509/extensions.ts';
import { isOpenField, OPEN_FIELDS } from './profile-fields.ts';
import type { ProfileTemplate } from './profile-template.ts';

/** What a certificate is for: a cross-certificate has the profile of a subordinate CA. */
export type ProfileKind = 'root-ca' | 'subordinate-ca' | 'ocsp-responder';

/**
 * The fixed part of a certificate or CRL, as it stands in plan and pack: a template's fields with the script's own
 * over them. Canonical JSON throughout, so that its digest names it.
 */
export type CertificateProfile = {
  readonly type: 'quorate/certificate-profile/1';
  /** Name and version of the template that it extends. */
  readonly extends: string;
  readonly version: number;
  readonly kind: ProfileKind;
  readonly fields: CertificateFields;
};

export type CertificateFields = {
  /** cA TRUE, critical. */
  readonly 'basic-constraints': 'ca';
  readonly 'path-length'?: number;
  /** In the order of their bits; critical. */
  readonly 'key-usage': readonly KeyUsageName[];
  /** RFC 7093 §2 method 1: the leftmost 160 bits of the SHA-256 of the public key. */
  readonly 'subject-key-identifier': 'rfc7093-method-1';
  /** keyIdentifier alone, equal to the issuer's subject key identifier. */
  readonly 'authority-key-identifier': 'key-identifier';
  /** Names of RFC 5280 §4.2.1.12, or dotted object identifiers. */
  readonly 'extended-key-usage'?: readonly string[];
  /** Dotted object identifiers, without qualifiers. */
  readonly policies?: readonly string[];
  /** URL of the issuer's certificate: authority information access, id-ad-caIssuers. */
  readonly 'ca-issuers'?: string;
  /** URL of the CRL: one distribution point. */
  readonly crl?: string;
};

export type CrlProfile = {
  readonly type: 'quorate/crl-profile/1';
  readonly extends: string;
  readonly version: number;
  /** A full and complete CRL of a root: all its entries are CA certificates. */
  readonly kind: 'root-crl';
  readonly fields: {
    readonly 'authority-key-identifier': 'key-identifier';
    readonly 'crl-number': 'present';
  };
};

export type ResolvedProfile = CertificateProfile | CrlProfile;

/** What is wrong with a profile of a script, and where in it: `['path-length']`. */
export interface ProfileProblem {
  readonly path: readonly string[];
  readonly message: string;
}

export interface ProfileResolution {
  /** Undefined exactly when there are problems. */
  readonly profile: ResolvedProfile | undefined;
  readonly problems: readonly ProfileProblem[];
}

/**
 * A template with the fields of a script's `profiles:` entry over its own.
 * @param name of the template, the script's `extends`
 * @param overrides the entry's other members
 */
export function resolveProfile(
  name: string,
  overrides: JsonObject,
  templates: ReadonlyMap<string, ProfileTemplate>,
): ProfileResolution {
  const template = templates.get(name);
  if (!template) {
    const known = [...templates.keys()].sort().join(', ');
    return {
      profile: undefined,
      problems: [{ path: ['extends'], message: `there is no profile "${name}", expected one of ${known}` }],
    };
  }
  const problems: ProfileProblem[] = [];
  const fields: Record<string, Json> = { ...template.fields };
  for (const [field, value] of Object.entries(overrides)) {
    const read = readOverride(field, value, template);
    if ('message' in read) problems.push({ path: [field], message: read.message });
    else fields[field] = read.value;
  }
  if (problems.length > 0) return { profile: undefined, problems };
  const { type, version, kind } = template;
  const profile = { type, extends: name, version, kind, fields } as unknown as ResolvedProfile;
  return { profile, problems };
}

function readOverride(field: string, value: Json, template: ProfileTemplate): { value: Json } | { message: string } {
  if (!isOpenField(field) || !template.open.includes(field)) {
    const open = template.open.length > 0 ? `one of ${template.open.join(', ')}` : 'none';
    return {
      message: `"${field}" is not a field that a script may set here, expected ${open} (profile "${template.name}")`,
    };
  }
  return OPEN_FIELDS[field](value);
}

/** SHA-256 of the profile's canonical JSON: what lint and record call it by. */
export function profileDigest(profile: ResolvedProfile): Sha256 {
  return sha256(canonicalBytes(profile));
}
