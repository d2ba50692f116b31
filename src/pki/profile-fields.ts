import type { Json } from '../base/canonical-json.ts';
import { KEY_USAGES, type KeyUsageName } from '../x509/extensions.ts';
import { isDottedOid, isPurposeName, PURPOSES, purposeOid } from './purposes.ts';

/** The value of a field in its one form, or what is wrong with it. */
export type FieldReading = { readonly value: Json } | { readonly message: string };

/** Fields that templates may leave open to scripts, each with its reader. A closed set. */
export const OPEN_FIELDS = {
  'path-length': readPathLength,
  'key-usage': readKeyUsage,
  'extended-key-usage': readPurposes,
  policies: readPolicies,
  'ca-issuers': readUrl,
  crl: readUrl,
} as const;

export type OpenField = keyof typeof OPEN_FIELDS;

export function isOpenField(name: string): name is OpenField {
  return Object.hasOwn(OPEN_FIELDS, name);
}

function readPathLength(value: Json): FieldReading {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255) return { value };
  return { message: `the path length is ${JSON.stringify(value)}, expected an integer from 0 to 255` };
}

function readKeyUsage(value: Json): FieldReading {
  const names = readList(value, 'key usages');
  if ('message' in names) return names;
  const unknown = names.list.find((name) => !KEY_USAGES.includes(name as KeyUsageName));
  if (unknown !== undefined) {
    return { message: `"${unknown}" is not a key usage, expected some of ${KEY_USAGES.join(', ')}` };
  }
  return { value: KEY_USAGES.filter((name) => names.list.includes(name)) };
}

function readPurposes(value: Json): FieldReading {
  const names = readList(value, 'purposes');
  if ('message' in names) return names;
  for (const name of names.list) {
    if (!isPurposeName(name) && !isDottedOid(name)) {
      const known = Object.keys(PURPOSES).join(', ');
      return { message: `"${name}" is not a purpose, expected one of ${known} or an object identifier` };
    }
  }
  const oids = names.list.map(purposeOid);
  const twice = oids.find((oid, index) => oids.indexOf(oid) !== index);
  if (twice !== undefined) return { message: `the purpose ${twice} is named twice` };
  return { value: names.list };
}

function readPolicies(value: Json): FieldReading {
  const names = readList(value, 'policies');
  if ('message' in names) return names;
  const wrong = names.list.find((name) => !isDottedOid(name));
  if (wrong !== undefined) {
    return { message: `"${wrong}" is not a policy, expected an object identifier such as 2.23.140.1.2.1` };
  }
  return { value: names.list };
}

function readList(value: Json, what: string): { readonly list: readonly string[] } | { readonly message: string } {
  if (!Array.isArray(value) || value.length === 0 || value.some((item) => typeof item !== 'string')) {
    return { message: `${JSON.stringify(value)} is not a list of ${what}, expected at least one in brackets` };
  }
  const list = value as readonly string[];
  const twice = list.find((item, index) => list.indexOf(item) !== index);
  return twice === undefined ? { list } : { message: `"${twice}" is named twice` };
}

/**
 * An http URL in its normal form: what relying parties fetch without TLS, so that checking a certificate never
 * needs another (RFC 5280 §8; TLS BR §7.1.2.11.2 allows no other scheme).
 */
function readUrl(value: Json): FieldReading {
  if (typeof value !== 'string') return { message: `${JSON.stringify(value)} is not a URL` };
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || url.protocol !== 'http:')
    return { message: `"${value}" is not a URL beginning with "http://"` };
  if (url.username !== '' || url.password !== '' || value.includes('#')) {
    return { message: `the URL "${value}" holds a user name, a password or a fragment` };
  }
  if (url.href !== value) return { message: `the URL "${value}" is not in normal form, expected "${url.href}"` };
  return { value };
}
