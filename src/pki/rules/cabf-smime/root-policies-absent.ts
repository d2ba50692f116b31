import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isAbsent } from '../../rule-checks.ts';
import { ofRoot } from '../../rule-scope.ts';

export const rootPoliciesAbsent = defineRule({
  id: 'cabf-smime/root-policies-absent',
  title: 'a root has no certificatePolicies',
  clause: 'S/MIME BR 1.0.10 §7.1.2.1',
  severity: 'warning',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  when: ofRoot,
  check: isAbsent('a root should not have', OID.certificatePolicies),
});
