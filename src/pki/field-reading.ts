import type { Json, JsonObject } from '../base/canonical-json.ts';

/** A place below a field: `['permitted', 'dns', 0]`. */
export type FieldPath = readonly (string | number)[];

/** What is wrong with a part of a field's value. */
export interface FieldFault {
  readonly path: FieldPath;
  readonly message: string;
}

/** The value of a field in its one form, or all that is wrong with it. */
export type FieldReading = { readonly value: Json } | { readonly faults: readonly FieldFault[] };

export function fault(message: string, ...path: FieldPath): { readonly faults: readonly FieldFault[] } {
  return { faults: [{ path, message }] };
}

/** The faults of a part, at its place in the whole. */
export function below(reading: FieldReading, ...path: FieldPath): readonly FieldFault[] {
  return 'faults' in reading ? reading.faults.map((one) => ({ ...one, path: [...path, ...one.path] })) : [];
}

/** At least one text in brackets, none twice. @param what in the plural */
export function readList(
  value: Json,
  what: string,
): { readonly list: readonly string[] } | { readonly faults: readonly FieldFault[] } {
  if (!Array.isArray(value) || value.length === 0 || value.some((item) => typeof item !== 'string')) {
    return fault(`${JSON.stringify(value)} is not a list of ${what}, expected at least one in brackets`);
  }
  const list = value as readonly string[];
  const twice = firstRepeated(list);
  return twice === undefined ? { list } : fault(`"${twice}" is named twice`);
}

export function firstRepeated(list: readonly string[]): string | undefined {
  return list.find((item, index) => list.indexOf(item) !== index);
}

/** A mapping with at least one of these members and no other; the faults of one that is none. */
export function readMembers(
  value: Json,
  what: string,
  members: readonly string[],
): { readonly mapping: JsonObject } | { readonly faults: readonly FieldFault[] } {
  const expected = `a mapping with ${members.join(', ')}`;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return fault(`${JSON.stringify(value)} is not ${what}, expected ${expected}`);
  }
  const mapping = value as JsonObject;
  const names = Object.keys(mapping);
  if (names.length === 0) return fault(`${what} is empty, expected ${expected}`);
  const faults = names
    .filter((name) => !members.includes(name))
    .map((name) => ({ path: [name], message: `"${name}" is not a member of ${what}, expected ${members.join(', ')}` }));
  return faults.length > 0 ? { faults } : { mapping };
}

/**
 * A URL in its normal form.
 * @param schemes in the order in which a message names them
 */
export function readUrl(value: Json, schemes: readonly ('http' | 'https')[]): FieldReading {
  if (typeof value !== 'string') return fault(`${JSON.stringify(value)} is not a URL`);
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !schemes.some((scheme) => url.protocol === `${scheme}:`)) {
    return fault(`"${value}" is not a URL beginning with ${schemes.map((scheme) => `"${scheme}://"`).join(' or ')}`);
  }
  if (url.username !== '' || url.password !== '' || value.includes('#')) {
    return fault(`the URL "${value}" holds a user name, a password or a fragment`);
  }
  if (url.href !== value) return fault(`the URL "${value}" is not in normal form, expected "${url.href}"`);
  return { value };
}
