import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isPresent } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const subordinatePoliciesPresent = defineRule({
  id: 'cabf-cs/subordinate-policies-present',
  title: 'a subordinate CA has certificatePolicies',
  clause: 'CSBR 3.10 §7.1.2.2',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: isPresent(OID.certificatePolicies),
});
