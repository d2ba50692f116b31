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

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** More values of one list than these are counted, not shown: the record has them all. */
const SHOWN = 24;
/** Things with names, such as mechanisms, are listed by name where there are more of them than these. */
const DESCRIBED = 4;

/** Facts of any shape as lines: short ones side by side, long ones on their own, digests last. */
export function factLines(facts: JsonObject, indent = 0): Paragraph[] {
  const lines: Paragraph[] = [];
  const digests: Paragraph[] = [];
  let side: Fact[] = [];
  const flush = () => {
    if (side.length === 0) return;
    lines.push(small(side.map(({ name, value }) => `${name}: ${value}`).join('  ·  '), { before: 1, indent }));
    side = [];
  };
  for (const fact of flattenFacts(facts)) {
    if (isDigest(fact.value)) {
      digests.push(...digestLines(fact.name, fact.value, { indent }));
    } else if (fact.value.length > 48) {
      flush();
      lines.push(labelled(fact.name, fact.value, { indent, before: 1 }));
    } else {
      side.push(fact);
      if (side.length === 3) flush();
    }
  }
  flush();
  return [...lines, ...digests];
}

function isDigest(value: Json): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/**
 * One fact for each member. What a member holds is one value where it is a list of scalars, or an object of scalars
 * without digests; what lies deeper is named `outer inner`, and keeps its hyphens: it may be a name of the script.
 * @param named how the members themselves are named
 */
export function flattenFacts(facts: JsonObject, named: (key: string) => string = words): Fact[] {
  return Object.entries(facts).flatMap(([key, member]) => flatten(member, named(key)));
}

function flatten(value: Json, name: string): Fact[] {
  if (Array.isArray(value)) return flattenList(value as readonly Json[], name);
  if (!isObject(value)) return [{ name, value: plain(value) }];
  const members = Object.entries(value);
  if (members.length === 0) return [{ name, value: 'none' }];
  if (members.every(([, member]) => isScalar(member) && !isDigest(member))) {
    return [{ name, value: members.map(([key, member]) => `${spelled(key)} ${plain(member)}`).join('; ') }];
  }
  return members.flatMap(([key, member]) => flatten(member, `${name} ${spelled(key)}`));
}

function flattenList(list: readonly Json[], name: string): Fact[] {
  if (list.length === 0) return [{ name, value: 'none' }];
  if (list.every(isScalar)) return [{ name, value: listed(list.map(plain)) }];
  const names = list.map((item) => textAt(item, 'name'));
  if (list.length > DESCRIBED && names.every((one) => one !== undefined)) return [{ name, value: listed(names) }];
  const shown = list.slice(0, SHOWN).flatMap((item, index) => flatten(item, `${name} ${index + 1}`));
  return list.length > SHOWN ? [...shown, { name, value: `${list.length} in all` }] : shown;
}

function isScalar(value: Json): boolean {
  return typeof value !== 'object' || value === null;
}

function listed(values: readonly string[]): string {
  const shown = values.slice(0, SHOWN).join(', ');
  return values.length > SHOWN ? `${shown} and ${values.length - SHOWN} more` : shown;
}

/** `coreLimit` → `core limit`, `memoryMiB` → `memory MiB`; names in capitals, such as CKA_SIGN, stay. */
export function words(name: string): string {
  return spelled(name).replaceAll('-', ' ');
}

/** The same, but for hyphens: what may be a name of the script, such as `hsm-2`, stands as it is there. */
export function spelled(name: string): string {
  if (/^[A-Z0-9_]+$/.test(name)) return name;
  return name
    .replace(
      /([a-z0-9])([A-Z])(?=[a-z]{2}|[a-z]$)/g,
      (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
    )
    .replace(/([a-z0-9])([A-Z][a-z]?[A-Z])/g, '$1 $2');
}
