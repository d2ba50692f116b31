import { canonicalJson, type Json, type JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { KEY_USAGES, type KeyUsageName } from '../x509/extensions.ts';
import type { CertificateFields, CertificateProfile, CrlProfile } from './profile.ts';
import { isOpenField, type OpenField } from './profile-fields.ts';

interface TemplateHead {
  readonly name: string;
  readonly version: number;
  /** For people. */
  readonly title: string;
  /** Fields that a script's profile may set. */
  readonly open: readonly OpenField[];
}

/** A profile that ships with the program, `templates/profiles/<name>.json`. */
export type ProfileTemplate = TemplateHead &
  (
    | (Pick<CertificateProfile, 'type' | 'kind'> & { readonly fields: CertificateFields })
    | Pick<CrlProfile, 'type' | 'kind' | 'fields'>
  );

/** What every profile of a kind has, whatever its template adds. */
const FIXED: { readonly [type: string]: { readonly kind: string; readonly fields: JsonObject } } = {
  'quorate/certificate-profile/1': {
    kind: 'root-ca',
    fields: {
      'basic-constraints': 'ca',
      'subject-key-identifier': 'rfc7093-method-1',
      'authority-key-identifier': 'key-identifier',
    },
  },
  'quorate/crl-profile/1': {
    kind: 'root-crl',
    fields: { 'authority-key-identifier': 'key-identifier', 'crl-number': 'present' },
  },
};

/**
 * Reads a template from its JSON. It is part of the program: this finds its typing errors, not an attacker's.
 * @param name the file's name without `.json`
 * @throws CeremonyError PROFILE_INVALID
 */
export function readProfileTemplate(text: string, name: string): ProfileTemplate {
  const refuse = (message: string): never => {
    throw new CeremonyError('PROFILE_INVALID', `profile template "${name}" ${message}`);
  };
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    throw new CeremonyError('PROFILE_INVALID', `profile template "${name}" is not JSON`, { cause });
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return refuse('is not an object');
  const template = value as JsonObject;
  const keys = Object.keys(template).sort().join(', ');
  if (keys !== 'fields, kind, name, open, title, type, version') refuse(`has the members ${keys}`);
  if (template.name !== name) refuse(`calls itself ${JSON.stringify(template.name)}`);
  if (!Number.isInteger(template.version)) refuse('has no version number');
  if (typeof template.title !== 'string') refuse('has no title');
  const fixed = FIXED[String(template.type)] ?? refuse(`has the unknown type ${JSON.stringify(template.type)}`);
  if (template.kind !== fixed.kind) refuse(`is of kind ${JSON.stringify(template.kind)}, expected "${fixed.kind}"`);
  const open = template.open;
  if (!Array.isArray(open) || !open.every((field) => isOpenField(String(field)))) refuse('opens an unknown field');
  checkFields(template.fields, fixed.fields, refuse);
  return template as unknown as ProfileTemplate;
}

function checkFields(value: Json | undefined, fixed: JsonObject, refuse: (message: string) => never): void {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) refuse('has no fields');
  const { 'key-usage': keyUsage, ...rest } = value as JsonObject;
  if (canonicalJson(rest) !== canonicalJson(fixed))
    refuse(`has the fields ${canonicalJson(rest)}, expected ${canonicalJson(fixed)}`);
  if ('basic-constraints' in fixed) {
    const names = KEY_USAGES.filter((name) => Array.isArray(keyUsage) && keyUsage.includes(name as KeyUsageName));
    if (names.length === 0 || canonicalJson(keyUsage) !== canonicalJson(names)) refuse('has no key usages in order');
  } else if (keyUsage !== undefined) {
    refuse('has key usages');
  }
}
