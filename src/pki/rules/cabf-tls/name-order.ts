import { attributeName, namesOf, ORDERED_ATTRIBUTES } from '../../name-attributes.ts';
import { defineRule } from '../../rule.ts';

export const nameOrder = defineRule({
  id: 'cabf-tls/name-order',
  title: 'the attributes of a name stand in the order of the table',
  clause: 'TLS BR 2.2.6 §7.1.4.1, §7.1.4.2',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  check: ({ certificate }) =>
    namesOf(certificate).flatMap(([what, { attributes }]) => {
      const ranked = attributes
        .map(({ oid }) => ({ oid, rank: ORDERED_ATTRIBUTES.findIndex((row) => row.oid === oid) }))
        .filter(({ rank }) => rank >= 0);
      return ranked.flatMap(({ oid, rank }, index) => {
        const before = ranked[index - 1];
        if (before === undefined || before.rank <= rank) return [];
        return [`${what}: ${attributeName(oid)} stands after ${attributeName(before.oid)}, expected it before`];
      });
    }),
});
