import { attributeName, namesOf } from '../../name-attributes.ts';
import { defineRule } from '../../rule.ts';

export const nameValuePresent = defineRule({
  id: 'rfc5280/name-value-present',
  title: 'no value in a name is empty',
  clause: 'RFC 5280 §4.1.2.4, appendix A.1 (SIZE (1..MAX))',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate }) =>
    namesOf(certificate).flatMap(([what, name]) =>
      name.attributes.filter(({ value }) => value === '').map(({ oid }) => `${what}: ${attributeName(oid)} is empty`),
    ),
});
