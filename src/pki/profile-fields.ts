import type { Json } from '../base/canonical-json.ts';
import { KEY_USAGES, type KeyUsageName } from '../x509/extensions.ts';
import { type FieldReading, fault, firstRepeated, readList, readUrl } from './field-reading.ts';
import { readNameConstraints } from './name-constraint-fields.ts';
import { readPolicies, readPolicyConstraints, readSkipCerts } from './policy-fields.ts';
import { isDottedOid, isPurposeName, PURPOSES, purposeName, purposeOid } from './purposes.ts';

/** Fields that templates may leave open to scripts, each with its reader. A closed set. */
export const OPEN_FIELDS = {
  'path-length': readPathLength,
  'key-usage': readKeyUsage,
  'extended-key-usage': readPurposes,
  policies: readPolicies,
  'name-constraints': readNameConstraints,
  'policy-constraints': readPolicyConstraints,
  'inhibit-any-policy': readSkipCerts,
  'ca-issuers': readHttpUrl,
  ocsp: readHttpUrl,
  crl: readHttpUrl,
} as const;

export type OpenField = keyof typeof OPEN_FIELDS;

export function isOpenField(name: string): name is OpenField {
  return Object.hasOwn(OPEN_FIELDS, name);
}

function readPathLength(value: Json): FieldReading {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255) return { value };
  return fault(`the path length is ${JSON.stringify(value)}, expected an integer from 0 to 255`);
}

function readKeyUsage(value: Json): FieldReading {
  const names = readList(value, 'key usages');
  if ('faults' in names) return names;
  const unknown = names.list.find((name) => !KEY_USAGES.includes(name as KeyUsageName));
  if (unknown !== undefined) {
    return fault(`"${unknown}" is not a key usage, expected some of ${KEY_USAGES.join(', ')}`);
  }
  return { value: KEY_USAGES.filter((name) => names.list.includes(name)) };
}

function readPurposes(value: Json): FieldReading {
  const names = readList(value, 'purposes');
  if ('faults' in names) return names;
  for (const name of names.list) {
    if (!isPurposeName(name) && !isDottedOid(name)) {
      const known = Object.keys(PURPOSES).join(', ');
      return fault(`"${name}" is not a purpose, expected one of ${known} or an object identifier`);
    }
  }
  const twice = firstRepeated(names.list.map(purposeOid));
  return twice === undefined ? { value: names.list.map(purposeName) } : fault(`the purpose ${twice} is named twice`);
}

/**
 * What relying parties fetch without TLS, so that checking a certificate never needs another (RFC 5280 §8; TLS BR
 * §7.1.2.11.2 allows no other scheme).
 */
function readHttpUrl(value: Json): FieldReading {
  return readUrl(value, ['http']);
}
