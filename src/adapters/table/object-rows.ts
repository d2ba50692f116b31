import type { Json } from '../../base/canonical-json.ts';

type Fields = { readonly [name: string]: Json };

/** What a token holds, of each object what people compare; undefined for facts that are of no such shape. */
export function objectRows(objects: Json): string[] | undefined {
  if (!Array.isArray(objects) || objects.length === 0 || !objects.every(isObject)) return undefined;
  return [`  objects: ${objects.length}`, ...objects.flatMap((object, at) => rowsOf(object, at + 1))];
}

/** What a module can do is long, and nobody compares it at the table: it is counted, and stands whole in the record. */
export function mechanismRow(mechanisms: Json): string | undefined {
  if (!Array.isArray(mechanisms) || mechanisms.length === 0) return undefined;
  return `  mechanisms: ${mechanisms.length}, each named in the record`;
}

function isObject(value: Json): value is Fields {
  return isFields(value) && typeof value['class'] === 'string' && isFields(value['attributes'] ?? null);
}

function isFields(value: Json): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Said already by the object itself, or a curve's parameters, which the key's digest covers. */
const SAID = ['LABEL', 'ID', 'EC_PARAMS'];

function rowsOf(object: Fields, number: number): string[] {
  const attributes = Object.entries(object['attributes'] as Fields).filter(([name]) => !SAID.includes(name));
  const named = (wanted: boolean) => attributes.flatMap(([name, value]) => (value === wanted ? [name] : []));
  const others = attributes.filter(([, value]) => typeof value !== 'boolean');
  const unreported = object['unreported'];
  return [
    `  ${number}  ${object['class']} "${object['label']}", id ${object['id'] ?? 'none'}`,
    ...listed('is', named(true)),
    ...listed('is not', named(false)),
    ...others.map(([name, value]) => `     ${name} ${String(value)}`),
    ...(Array.isArray(unreported) ? listed('does not report', unreported.map(String)) : []),
    ...digestRow('key', object['spkiSha256']),
    ...digestRow('value', object['valueSha256']),
  ];
}

function listed(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`     ${what} ${names.join(', ')}`];
}

function digestRow(what: string, digest: Json | undefined): string[] {
  return typeof digest === 'string' ? [`     ${what}, by its SHA-256 ${digest}`] : [];
}
