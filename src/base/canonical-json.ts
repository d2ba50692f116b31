import { CeremonyError } from './errors.ts';

/** What our JSON documents may hold: no floats, no undefined, no dates. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Deeper documents are refused: none of ours comes near, and recursion must end before the stack does. */
const MAX_DEPTH = 64;

/**
 * Canonical JSON (RFC 8785), restricted to integers |n| ≤ 2^53−1 and well-formed strings, so that every
 * implementation prints the same bytes without a floating-point algorithm.
 * @throws TypeError for anything else: such a value is a bug of ours, not a refusal.
 */
export function canonicalJson(value: unknown): string {
  return print(value, 0);
}

function print(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new TypeError(`canonical JSON: deeper than ${MAX_DEPTH}`);
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('canonical JSON: lone surrogate in a string');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0))
      throw new TypeError(`canonical JSON: ${value} is not a safe integer`);
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => print(item, depth + 1)).join(',')}]`;
  if (
    typeof value === 'object' &&
    (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
  ) {
    // Sorted by UTF-16 code unit (RFC 8785 §3.2.3), not localeCompare: machines with another ICU must agree.
    const keys = Object.keys(value).sort();
    const members = keys.map(
      (key) => `${print(key, depth)}:${print((value as Record<string, unknown>)[key], depth + 1)}`,
    );
    return `{${members.join(',')}}`;
  }
  throw new TypeError(`canonical JSON: ${typeof value} cannot be written`);
}

export function canonicalBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

/**
 * Reads a canonical document: UTF-8, and byte for byte what `canonicalJson` prints for its value, so duplicate
 * keys, spaces, other number forms and a byte order mark cannot hide a second reading.
 * @throws CeremonyError JSON_NOT_CANONICAL
 */
export function parseCanonical(bytes: Uint8Array, what: string): Json {
  let value: Json;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text) as Json;
  } catch (cause) {
    throw new CeremonyError('JSON_NOT_CANONICAL', `${what} is not UTF-8 JSON`, { cause });
  }
  let printed: string;
  try {
    printed = canonicalJson(value);
  } catch (cause) {
    throw new CeremonyError('JSON_NOT_CANONICAL', `${what} holds a value that canonical JSON cannot`, { cause });
  }
  if (printed !== text)
    throw new CeremonyError('JSON_NOT_CANONICAL', `${what} is JSON, but not in canonical form (RFC 8785)`);
  return value;
}

/** As parseCanonical, and the document must be an object. */
export function parseCanonicalObject(bytes: Uint8Array, what: string): JsonObject {
  const value = parseCanonical(bytes, what);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new CeremonyError('JSON_NOT_CANONICAL', `${what} is not a JSON object`);
  }
  return value as JsonObject;
}
