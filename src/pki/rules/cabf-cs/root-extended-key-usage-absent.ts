import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isAbsent } from '../../rule-checks.ts';
import { ofRoot } from '../../rule-scope.ts';

export const rootExtendedKeyUsageAbsent = defineRule({
  id: 'cabf-cs/root-extended-key-usage-absent',
  title: 'a root has no extKeyUsage',
  clause: 'CSBR 3.10 §7.1.2.1',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofRoot,
  check: isAbsent('a root must not have', OID.extKeyUsage),
});
