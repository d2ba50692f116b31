import { OID } from '../../../der/oid.ts';
import { RESERVED_POLICIES } from '../../purposes.ts';
import { defineRule } from '../../rule.ts';
import { ofOtherSubordinate } from '../../rule-scope.ts';

export const subordinateOtherPolicies = defineRule({
  id: 'cabf-tls/subordinate-other-policies',
  title:
    'a subordinate CA for anything but TLS servers has anyPolicy alone, or policies that are not reserved for them',
  clause: 'TLS BR 2.2.6 §7.1.2.3.2, §7.1.6.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) => ofOtherSubordinate(subject, context) && subject.certificatePolicies !== undefined,
  check: ({ certificatePolicies = [] }) => {
    const oids = certificatePolicies.map(({ oid }) => oid);
    return [
      ...(oids.includes(OID.anyPolicy) && oids.length > 1
        ? ['certificatePolicies has anyPolicy beside others, expected it alone']
        : []),
      ...oids
        .filter((oid) => RESERVED_POLICIES.includes(oid))
        .map((oid) => `certificatePolicies has ${oid}, which is reserved for TLS servers`),
    ];
  },
});
