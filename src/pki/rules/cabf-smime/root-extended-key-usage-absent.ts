import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isAbsent } from '../../rule-checks.ts';
import { ofRoot } from '../../rule-scope.ts';

export const rootExtendedKeyUsageAbsent = defineRule({
  id: 'cabf-smime/root-extended-key-usage-absent',
  title: 'a root has no extKeyUsage',
  clause: 'S/MIME BR 1.0.10 §7.1.2.1',
  severity: 'error',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  when: ofRoot,
  check: isAbsent('a root must not have', OID.extKeyUsage),
});
