import { OID } from '../../../der/oid.ts';
import { attributeName, namesOf } from '../../name-attributes.ts';
import { defineRule } from '../../rule.ts';

/** Those of which the requirements explicitly allow several. */
const REPEATABLE: readonly string[] = [OID.domainComponent, OID.streetAddress];

export const nameDistinct = defineRule({
  id: 'cabf-tls/name-distinct',
  title: 'no attribute is in a name twice, but domainComponent and streetAddress',
  clause: 'TLS BR 2.2.6 §7.1.4.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  check: ({ certificate }) =>
    namesOf(certificate).flatMap(([what, { attributes }]) => {
      const oids = attributes.map(({ oid }) => oid).filter((oid) => !REPEATABLE.includes(oid));
      const twice = new Set(oids.filter((oid, index) => oids.indexOf(oid) !== index));
      return [...twice].map((oid) => `${what}: ${attributeName(oid)} is there more than once`);
    }),
});
