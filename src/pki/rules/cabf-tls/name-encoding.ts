import { tagName } from '../../../der/tags.ts';
import { ATTRIBUTE_ENCODINGS, attributeName, namesOf } from '../../name-attributes.ts';
import { defineRule } from '../../rule.ts';

export const nameEncoding = defineRule({
  id: 'cabf-tls/name-encoding',
  title: 'each attribute has the string type of the table',
  clause: 'TLS BR 2.2.6 §7.1.4.2',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  check: ({ certificate }) =>
    namesOf(certificate).flatMap(([what, { attributes }]) =>
      attributes.flatMap(({ oid, tag }) => {
        const allowed = ATTRIBUTE_ENCODINGS.get(oid)?.tags;
        if (allowed === undefined || allowed.includes(tag)) return [];
        const expected = allowed.map(tagName).join(' or ');
        return [`${what}: ${attributeName(oid)} is a ${tagName(tag)}, expected ${expected}`];
      }),
    ),
});
