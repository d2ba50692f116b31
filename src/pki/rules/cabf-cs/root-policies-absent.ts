import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isAbsent } from '../../rule-checks.ts';
import { ofRoot } from '../../rule-scope.ts';

export const rootPoliciesAbsent = defineRule({
  id: 'cabf-cs/root-policies-absent',
  title: 'a root has no certificatePolicies',
  clause: 'CSBR 3.10 §7.1.2.1',
  severity: 'warning',
  appliesTo: 'certificate',
  when: ofRoot,
  check: isAbsent('a root should not have', OID.certificatePolicies),
});
