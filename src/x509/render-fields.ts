import { oidName } from '../der/oid.ts';
import { TAG, tagName } from '../der/tags.ts';
import type { GeneralName } from './general-name.ts';
import { type Field, quoteForeign } from './layout.ts';
import type { Extension, Name } from './model.ts';

/** Builds fields at one depth. */
export function field(depth: number, label: string, value?: string): Field {
  return { depth, label, value };
}

/** Name and number of an identifier; the number alone where it has no name here. */
export function oidText(oid: string): string {
  const name = oidName(oid);
  return name ? `${name} (${oid})` : oid;
}

/** Each attribute with its string type; those of one RDN are joined by a plus sign. */
export function* nameFields(depth: number, label: string, name: Name): Generator<Field> {
  yield field(depth, label, name.attributes.length === 0 ? '(empty)' : undefined);
  let previous = -1;
  for (const { oid, tag, value, rdn } of name.attributes) {
    const type = tag === TAG.utf8String ? '' : ` (${tagName(tag)})`;
    yield field(depth + 1, `${rdn === previous ? '+ ' : ''}${oidName(oid) ?? oid}`, `${quoteForeign(value)}${type}`);
    previous = rdn;
  }
}

export function* generalNames(
  depth: number,
  names: readonly GeneralName[] | undefined,
  label?: string,
): Generator<Field> {
  for (const { kind, value, name } of names ?? []) {
    const short = kind === 'uniformResourceIdentifier' ? 'URI' : kind;
    const title = label ? `${label}: ${short}` : short;
    if (name) yield* nameFields(depth, title, name);
    else yield field(depth, title, quoteForeign(value));
  }
}

export function listed(values: readonly string[]): string {
  return values.length === 0 ? '(none)' : values.join(', ');
}

export function limit(value: number | undefined): string {
  return value === undefined ? '(no limit)' : String(value);
}

/** The fields of an extension's value, below its own line. */
export type Renderer = (depth: number, extensions: readonly Extension[]) => Iterable<Field>;

/** One field for each value of a list. */
export function each<T>(
  read: (extensions: readonly Extension[]) => T,
  show: (depth: number, value: NonNullable<T>) => Iterable<Field>,
): Renderer {
  return (depth, extensions) => {
    const value = read(extensions);
    return value === undefined || value === null ? [] : show(depth, value);
  };
}
