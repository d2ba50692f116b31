import type { NameAttribute } from '../x509/model.ts';

/** Names that RFC 5280 §7.1 holds to be one have one text: case and runs of spaces do not tell them apart. */
export function comparedName({
  attributes,
}: {
  readonly attributes: readonly Pick<NameAttribute, 'oid' | 'value' | 'rdn'>[];
}): string {
  const folded = attributes.map(({ oid, value, rdn }) => [rdn, oid, value.trim().replace(/\s+/g, ' ').toLowerCase()]);
  return JSON.stringify(folded);
}
