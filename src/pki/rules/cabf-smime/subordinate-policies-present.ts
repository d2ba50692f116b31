import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isPresent } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const subordinatePoliciesPresent = defineRule({
  id: 'cabf-smime/subordinate-policies-present',
  title: 'a subordinate CA has certificatePolicies',
  clause: 'S/MIME BR 1.0.10 §7.1.2.2',
  severity: 'error',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: isPresent(OID.certificatePolicies),
});
