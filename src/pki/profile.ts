import { canonicalBytes, type Json, type JsonObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import type { KeyUsageName } from '../x509/extensions.ts';
import type { FieldFault, FieldPath } from './field-reading.ts';
import { isConstrained, type NameConstraints, type NameForm } from './name-constraint-fields.ts';
import type { PolicyItem } from './policy-fields.ts';
import { isOpenField, OPEN_FIELDS } from './profile-fields.ts';
import { NOTICES, type ProfileTemplate } from './profile-template.ts';

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
  /** cA TRUE, or the empty value of an end entity's; critical. */
  readonly 'basic-constraints': 'ca' | 'end-entity';
  readonly 'path-length'?: number;
  /** In the order of their bits; critical. */
  readonly 'key-usage': readonly KeyUsageName[];
  /** RFC 7093 §2 method 1: the leftmost 160 bits of the SHA-256 of the public key. */
  readonly 'subject-key-identifier': 'rfc7093-method-1';
  /** keyIdentifier alone, copied from the issuer's certificate: its subject key identifier, however that was made. */
  readonly 'authority-key-identifier': 'key-identifier';
  /** Names of RFC 5280 §4.2.1.12, or dotted object identifiers. */
  readonly 'extended-key-usage'?: readonly string[];
  readonly policies?: readonly PolicyItem[];
  /** Critical (RFC 5280 §4.2.1.10). */
  readonly 'name-constraints'?: NameConstraints;
  /** Numbers of certificates; critical (RFC 5280 §4.2.1.11). */
  readonly 'policy-constraints'?: {
    readonly 'require-explicit-policy'?: number;
    readonly 'inhibit-policy-mapping'?: number;
  };
  /** A number of certificates; critical (RFC 5280 §4.2.1.14). */
  readonly 'inhibit-any-policy'?: number;
  /** URL of the issuer's certificate: authority information access, id-ad-caIssuers. */
  readonly 'ca-issuers'?: string;
  /** URL of the issuer's OCSP responder: authority information access, id-ad-ocsp. */
  readonly ocsp?: string;
  /** URL of the CRL: one distribution point. */
  readonly crl?: string;
  /** id-pkix-ocsp-nocheck: nobody asks a responder about itself (RFC 6960 §4.2.2.2.1). */
  readonly 'ocsp-no-check'?: 'present';
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

/** What is wrong with a profile of a script, and where in it: `['path-length']`, or `[]` for what is not there. */
export interface ProfileProblem {
  readonly path: FieldPath;
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
    if ('value' in read) fields[field] = read.value;
    else problems.push(...read.faults.map(({ path, message }) => ({ path: [field, ...path], message })));
  }
  problems.push(...missingFields(overrides, template));
  if (problems.length === 0) problems.push(...freeNames(fields as unknown as CertificateFields, template));
  if (problems.length > 0) return { profile: undefined, problems };
  const { type, version, kind } = template;
  const profile = { type, extends: name, version, kind, fields } as unknown as ResolvedProfile;
  return { profile, problems };
}

function readOverride(
  field: string,
  value: Json,
  template: ProfileTemplate,
): { value: Json } | { faults: readonly FieldFault[] } {
  const fault = (message: string, path: FieldPath = []) => ({
    faults: [{ path, message: `${message} (profile "${template.name}")` }],
  });
  if (!isOpenField(field) || !template.open.includes(field)) {
    const open = template.open.filter(isOpenField).join(', ');
    const expected = open === '' ? 'none' : `one of ${open}`;
    return fault(`"${field}" is not a field that a script may set here, expected ${expected}`);
  }
  const reading = OPEN_FIELDS[field](value);
  if (field === 'policies' && 'value' in reading && !template.open.includes(NOTICES)) {
    const at = (reading.value as readonly PolicyItem[]).findIndex(
      (item) => typeof item === 'object' && 'notice' in item,
    );
    if (at >= 0) return fault('a policy has no notice here, expected its object identifier and "cps" alone', [at]);
  }
  return reading;
}

/** What the template requires of a script and the script leaves out. */
function missingFields(overrides: JsonObject, { name, required = [] }: ProfileTemplate): ProfileProblem[] {
  return required
    .filter((field) => overrides[field] === undefined)
    .map((field) => ({
      path: [],
      message: `"${field}" is left out, and the profile "${name}" requires it of a script`,
    }));
}

/** The forms of names that the template wants confined and the name constraints say nothing of. */
function freeNames(fields: CertificateFields, { name, constrained = [] }: ProfileTemplate): ProfileProblem[] {
  const constraints = fields['name-constraints'] ?? {};
  return constrained
    .filter((form) => !isConstrained(constraints, form))
    .map((form) => ({
      path: ['name-constraints'],
      message: `names of the form "${form}" are left free, and the profile "${name}" wants them confined: ${CONFINE[form]}`,
    }));
}

/** No standard says what an empty mailbox or host excludes, so there a domain that nobody has is permitted (RFC 6761 §6.4). */
const CONFINE: { readonly [form in NameForm]: string } = {
  dns: 'expected some of them under "permitted", or "dns: all" under "excluded"',
  ip: 'expected some of them under "permitted", or "ip: all" under "excluded"',
  email: 'expected some of them under "permitted"; ".invalid" alone permits none',
  uri: 'expected some of them under "permitted"; ".invalid" alone permits none',
  directory: 'expected some of them under "permitted"',
};

/** SHA-256 of the profile's canonical JSON: what lint and record call it by. */
export function profileDigest(profile: ResolvedProfile): Sha256 {
  return sha256(canonicalBytes(profile));
}
