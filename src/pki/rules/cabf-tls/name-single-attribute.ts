import { namesOf } from '../../name-attributes.ts';
import { defineRule } from '../../rule.ts';

export const nameSingleAttribute = defineRule({
  id: 'cabf-tls/name-single-attribute',
  title: 'each relative distinguished name holds exactly one attribute',
  clause: 'TLS BR 2.2.6 §7.1.4.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  check: ({ certificate }) =>
    namesOf(certificate).flatMap(([what, { attributes }]) => {
      const rdns = attributes.map(({ rdn }) => rdn);
      const several = new Set(rdns.filter((rdn, index) => rdns.indexOf(rdn) !== index));
      return [...several].map((rdn) => `${what}: relative distinguished name ${rdn + 1} holds more than one attribute`);
    }),
});
