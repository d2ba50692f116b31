import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isPresent } from '../../rule-checks.ts';
import { ofCross, ofTlsSubordinate } from '../../rule-scope.ts';

export const subordinatePoliciesPresent = defineRule({
  id: 'cabf-tls/subordinate-policies-present',
  title: 'a subordinate CA for TLS servers, and a cross-certificate, has certificatePolicies',
  clause: 'TLS BR 2.2.6 §7.1.2.2.3, §7.1.2.5.1, §7.1.2.6.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) => ofCross(subject, context) || ofTlsSubordinate(subject, context),
  check: isPresent(OID.certificatePolicies),
});
