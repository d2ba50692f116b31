import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isPresent } from '../../rule-checks.ts';
import { ofCross } from '../../rule-scope.ts';

export const crossExtendedKeyUsagePresent = defineRule({
  id: 'cabf-tls/cross-extended-key-usage-present',
  title: 'a cross-certificate has extKeyUsage',
  clause: 'TLS BR 2.2.6 §7.1.2.2.3',
  severity: 'warning',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofCross,
  check: isPresent(OID.extKeyUsage),
});
