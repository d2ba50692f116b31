import { defineRule } from '../../rule.ts';

export const policiesDistinct = defineRule({
  id: 'rfc5280/policies-distinct',
  title: 'no policy is there twice',
  clause: 'RFC 5280 §4.2.1.4',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ certificatePolicies }) => certificatePolicies !== undefined,
  check: ({ certificatePolicies = [] }) => {
    const oids = certificatePolicies.map(({ oid }) => oid);
    const twice = new Set(oids.filter((oid, index) => oids.indexOf(oid) !== index));
    return [...twice].map((oid) => `the policy ${oid} is there more than once`);
  },
});
