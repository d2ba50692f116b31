import { canonicalJson, type Json, type JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { NAME_FORMS, type NameForm } from './name-constraint-fields.ts';
import type { CertificateFields, CertificateProfile, CrlProfile } from './profile.ts';
import { isOpenField, OPEN_FIELDS, type OpenField } from './profile-fields.ts';

/** Opened, it lets a policy have a notice besides its `cps`. */
export const NOTICES = 'policies.notice';

interface TemplateHead {
  readonly name: string;
  readonly version: number;
  /** For people. */
  readonly title: string;
  /** Fields that a script's profile may set. */
  readonly open: readonly (OpenField | typeof NOTICES)[];
  /** Those of them that it must set. */
  readonly required?: readonly OpenField[];
  /** Forms of names that its name constraints must permit some of, or exclude whole. */
  readonly constrained?: readonly NameForm[];
}

/** A profile that ships with the program, `templates/profiles/<name>.json`. */
export type ProfileTemplate = TemplateHead &
  (
    | (Pick<CertificateProfile, 'type' | 'kind'> & { readonly fields: CertificateFields })
    | Pick<CrlProfile, 'type' | 'kind' | 'fields'>
  );

interface KindRule {
  readonly type: ProfileTemplate['type'];
  /** What every profile of the kind has, whatever its template adds. */
  readonly fixed: JsonObject;
  /** Fields that a template of the kind may set or open besides. */
  readonly further: readonly OpenField[];
}

const KEY_IDENTIFIERS = {
  'subject-key-identifier': 'rfc7093-method-1',
  'authority-key-identifier': 'key-identifier',
} as const;

const CA: KindRule = {
  type: 'quorate/certificate-profile/1',
  fixed: { 'basic-constraints': 'ca', ...KEY_IDENTIFIERS },
  further: Object.keys(OPEN_FIELDS) as OpenField[],
};

const KINDS: { readonly [kind in ProfileTemplate['kind']]: KindRule } = {
  'root-ca': CA,
  'subordinate-ca': CA,
  // RFC 6960 §4.2.2.2; TLS BR §7.1.2.8: no other purpose, no constraints, and no CRL that would have to be asked.
  'ocsp-responder': {
    type: 'quorate/certificate-profile/1',
    fixed: {
      'basic-constraints': 'end-entity',
      'key-usage': ['digitalSignature'],
      'extended-key-usage': ['OCSPSigning'],
      'ocsp-no-check': 'present',
      ...KEY_IDENTIFIERS,
    },
    further: ['policies', 'ca-issuers'],
  },
  'root-crl': {
    type: 'quorate/crl-profile/1',
    fixed: { 'authority-key-identifier': 'key-identifier', 'crl-number': 'present' },
    further: [],
  },
};

const MEMBERS = 'fields, kind, name, open, title, type, version';
const OPTIONAL = ['required', 'constrained'];

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
  const keys = Object.keys(template).filter((key) => !OPTIONAL.includes(key));
  if (keys.sort().join(', ') !== MEMBERS) refuse(`has the members ${keys.join(', ')}`);
  if (template.name !== name) refuse(`calls itself ${JSON.stringify(template.name)}`);
  if (!Number.isInteger(template.version)) refuse('has no version number');
  if (typeof template.title !== 'string') refuse('has no title');
  const kind = String(template.kind);
  if (!Object.hasOwn(KINDS, kind)) refuse(`is of kind "${kind}", expected one of ${Object.keys(KINDS).join(', ')}`);
  const rule = KINDS[kind as ProfileTemplate['kind']];
  if (template.type !== rule.type) refuse(`has the type ${JSON.stringify(template.type)}, expected "${rule.type}"`);
  checkLists(template, rule, refuse);
  checkFields(template.fields, rule, refuse);
  return template as unknown as ProfileTemplate;
}

function checkLists({ open, required = [], constrained = [] }: JsonObject, rule: KindRule, refuse: Refuse): void {
  const opened = listOf(open);
  const further: readonly unknown[] = rule.further;
  if (!opened?.every((field) => further.includes(field) || (field === NOTICES && opened.includes('policies')))) {
    refuse('opens an unknown field');
  }
  if (!listOf(required)?.every((field) => isOpenField(String(field)) && opened?.includes(field))) {
    refuse('requires a field that it does not open');
  }
  const forms = listOf(constrained);
  if (!forms?.every((form) => NAME_FORMS.includes(form as NameForm))) refuse('constrains an unknown form of names');
  if (forms && forms.length > 0 && !listOf(required)?.includes('name-constraints')) {
    refuse('constrains names without requiring name constraints');
  }
}

function checkFields(value: Json | undefined, { fixed, further }: KindRule, refuse: Refuse): void {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) refuse('has no fields');
  const fields = value as JsonObject;
  for (const [field, asked] of Object.entries(fixed)) {
    const found = fields[field];
    if (found === undefined || canonicalJson(found) !== canonicalJson(asked)) {
      const has = found === undefined ? 'left out' : canonicalJson(found);
      refuse(`has the field "${field}" ${has}, expected ${canonicalJson(asked)}`);
    }
  }
  for (const [field, found] of Object.entries(fields)) {
    if (Object.hasOwn(fixed, field)) continue;
    if (!isOpenField(field) || !further.includes(field))
      refuse(`has the field "${field}", which its kind does not have`);
    const reading = OPEN_FIELDS[field as OpenField](found as Json);
    if ('faults' in reading)
      refuse(`has a wrong "${field}": ${reading.faults.map(({ message }) => message).join('; ')}`);
    else if (canonicalJson(reading.value) !== canonicalJson(found)) {
      refuse(`has "${field}" not in normal form, expected ${canonicalJson(reading.value)}`);
    }
  }
  if ('basic-constraints' in fixed && fields['key-usage'] === undefined) refuse('has no key usages');
}

type Refuse = (message: string) => never;

function listOf(value: Json | undefined): readonly Json[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
