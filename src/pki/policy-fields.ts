import type { Json, JsonObject } from '../base/canonical-json.ts';
import { checkText, describeTextFault } from '../base/text.ts';
import { OID } from '../der/oid.ts';
import {
  below,
  type FieldFault,
  type FieldReading,
  fault,
  firstRepeated,
  readMembers,
  readUrl,
} from './field-reading.ts';
import { isDottedOid } from './purposes.ts';

/**
 * A policy: its object identifier where it has no qualifiers, and else with them (RFC 5280 §4.2.1.4).
 * `cps` is the URL of a certification practice statement, `notice` a text for whoever relies on the certificate.
 */
export type PolicyItem = string | { readonly policy: string; readonly cps?: string; readonly notice?: string };

/** What scripts call 2.5.29.32.0 (RFC 5280 §4.2.1.4). */
const ANY_POLICY = 'any-policy';

/** RFC 5280 §4.2.1.4: explicitText has at most 200 characters. */
const NOTICE_LENGTH = 200;

/** More certificates than any chain has. */
const MOST_CERTIFICATES = 255;

/**
 * At least one policy, in the order of the script. One without qualifiers becomes its identifier alone, so that each
 * list has one form.
 */
export function readPolicies(value: Json): FieldReading {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isItem)) {
    return fault(`${JSON.stringify(value)} is not a list of policies, expected at least one in brackets`);
  }
  const readings = value.map(readPolicy);
  const faults = readings.flatMap((reading) => ('faults' in reading ? reading.faults : []));
  if (faults.length > 0) return { faults };
  const policies = readings.flatMap((reading) => ('value' in reading ? [reading.value as PolicyItem] : []));
  const twice = firstRepeated(policies.map(policyOid));
  return twice === undefined ? { value: policies } : fault(`"${twice}" is named twice`);
}

/** The object identifier of a policy. */
export function policyOid(item: PolicyItem): string {
  return typeof item === 'string' ? item : item.policy;
}

function isItem(item: Json): boolean {
  return typeof item === 'string' || (typeof item === 'object' && item !== null && !Array.isArray(item));
}

function readPolicy(item: Json, index: number): FieldReading {
  if (typeof item === 'string') {
    const identifier = readIdentifier(item);
    return 'faults' in identifier ? { faults: below(identifier, index) } : identifier;
  }
  const members = readMembers(item, 'a policy', ['policy', 'cps', 'notice']);
  if ('faults' in members) return { faults: below(members, index) };
  const { policy = null, cps, notice } = members.mapping;
  const identifier = readIdentifier(policy);
  const faults: FieldFault[] = [
    ...below(identifier, index, 'policy'),
    ...(cps === undefined ? [] : below(readUrl(cps, ['http', 'https']), index, 'cps')),
    ...(notice === undefined ? [] : below(readNotice(notice), index, 'notice')),
  ];
  if (faults.length > 0 || 'faults' in identifier) return { faults };
  if (cps === undefined && notice === undefined) return identifier;
  const qualifiers: JsonObject = { ...(cps === undefined ? {} : { cps }), ...(notice === undefined ? {} : { notice }) };
  return { value: { policy: identifier.value, ...qualifiers } };
}

function readIdentifier(value: Json): FieldReading {
  if (value === ANY_POLICY) return { value: OID.anyPolicy };
  if (typeof value === 'string' && isDottedOid(value)) return { value };
  return fault(
    `${JSON.stringify(value)} is not a policy, expected an object identifier such as 2.23.140.1.2.1, or ${ANY_POLICY}`,
  );
}

function readNotice(value: Json): FieldReading {
  if (typeof value !== 'string' || value.trim() === '' || value.trim() !== value || value.includes('\n')) {
    return fault(`the notice ${JSON.stringify(value)} is not one line of text without spaces at its ends`);
  }
  const [wrong] = checkText(value);
  if (wrong) return fault(`the notice "${value}": ${describeTextFault(wrong)}`);
  const length = [...value].length;
  if (length > NOTICE_LENGTH) return fault(`the notice has ${length} characters, expected at most ${NOTICE_LENGTH}`);
  return { value };
}

/** RFC 5280 §4.2.1.11: at least one of the two, each a number of certificates. */
export function readPolicyConstraints(value: Json): FieldReading {
  const names = ['require-explicit-policy', 'inhibit-policy-mapping'];
  const members = readMembers(value, 'policy constraints', names);
  if ('faults' in members) return members;
  const faults = Object.entries(members.mapping).flatMap(([name, skip]) => below(readSkipCerts(skip), name));
  return faults.length > 0 ? { faults } : { value };
}

/** RFC 5280 §4.2.1.11, §4.2.1.14 SkipCerts: how many certificates further down are still exempt. */
export function readSkipCerts(value: Json): FieldReading {
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_CERTIFICATES;
  if (isCount) return { value };
  return fault(
    `${JSON.stringify(value)} is not a number of certificates, expected an integer from 0 to ${MOST_CERTIFICATES}`,
  );
}
