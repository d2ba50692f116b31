import { ATTRIBUTE_ENCODINGS, attributeName, lengthInCharacters, namesOf } from '../../name-attributes.ts';
import { defineRule } from '../../rule.ts';

export const nameLength = defineRule({
  id: 'cabf-tls/name-length',
  title: 'each attribute keeps to the length of the table, counted in characters',
  clause: 'TLS BR 2.2.6 §7.1.4.2',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  check: ({ certificate }) =>
    namesOf(certificate).flatMap(([what, { attributes }]) =>
      attributes.flatMap(({ oid, value }) => {
        const [length, most] = [lengthInCharacters(value), ATTRIBUTE_ENCODINGS.get(oid)?.most];
        if (most === undefined || length <= most) return [];
        return [`${what}: ${attributeName(oid)} has ${length} characters, expected at most ${most}`];
      }),
    ),
});
