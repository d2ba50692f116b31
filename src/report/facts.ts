import type { Json, JsonObject } from '../base/canonical-json.ts';
import { digestLines, labelled, type Paragraph, small } from './layout/style.ts';

/** The value at a path of a JSON document, undefined where there is none. */
export function valueAt(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let at = value;
  for (const key of path) {
    if (!isObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

export function textAt(value: Json | undefined, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function listAt(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? (found as readonly Json[]) : [];
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A scalar as people read it. */
export function plain(value: Json): string {
  if (value === null) return 'none';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  return typeof value === 'string' && value === '' ? '(empty)' : String(value);
}

interface Fact {
  readonly name: string;
  readonly value: string;
}

/** More values of one list than these are counted, not shown: the record has them all. */
const SHOWN = 24;

/**
 * Facts of any shape as lines: short ones side by side, long ones and digests on their own. Nested members are named
 * `outer inner`; a list of scalars is one value.
 */
export function factLines(facts: JsonObject, indent = 0): Paragraph[] {
  const lines: Paragraph[] = [];
  let side: Fact[] = [];
  const flush = () => {
    if (side.length > 0)
      lines.push(small(side.map(({ name, value }) => `${name}: ${value}`).join('  ·  '), { before: 1, indent }));
    side = [];
  };
  for (const fact of flatten(facts, '')) {
    if (/^[0-9a-f]{64}$/.test(fact.value)) {
      flush();
      lines.push(...digestLines(fact.name, fact.value, { indent }));
    } else if (fact.value.length > 48) {
      flush();
      lines.push(labelled(fact.name, fact.value, { indent, before: 1 }));
    } else {
      side.push(fact);
      if (side.length === 3) flush();
    }
  }
  flush();
  return lines;
}

function flatten(value: Json, name: string): Fact[] {
  if (isObject(value)) {
    const members = Object.entries(value);
    if (members.length === 0) return name === '' ? [] : [{ name, value: 'none' }];
    return members.flatMap(([key, member]) => flatten(member, name === '' ? words(key) : `${name} ${words(key)}`));
  }
  if (Array.isArray(value)) return flattenList(value as readonly Json[], name);
  return [{ name, value: plain(value) }];
}

function flattenList(list: readonly Json[], name: string): Fact[] {
  if (list.length === 0) return [{ name, value: 'none' }];
  if (list.some((item) => typeof item === 'object' && item !== null)) {
    const shown = list.slice(0, SHOWN).flatMap((item, index) => flatten(item, `${name} ${index + 1}`));
    return list.length > SHOWN ? [...shown, { name, value: `${list.length} in all` }] : shown;
  }
  const shown = list.slice(0, SHOWN).map(plain).join(', ');
  return [{ name, value: list.length > SHOWN ? `${shown} and ${list.length - SHOWN} more` : shown }];
}

/** `coreLimit` → `core limit`; names in capitals, such as CKA_SIGN, stay. */
export function words(name: string): string {
  if (/^[A-Z0-9_]+$/.test(name)) return name;
  return name
    .replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replaceAll('-', ' ');
}
