import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isPresent } from '../../rule-checks.ts';
import { ofNewSubordinate } from '../../rule-scope.ts';

export const subordinateExtendedKeyUsagePresent = defineRule({
  id: 'cabf-tls/subordinate-extended-key-usage-present',
  title: 'a subordinate CA has extKeyUsage',
  clause: 'TLS BR 2.2.6 §7.1.2.3.1, §7.1.2.5.1, §7.1.2.6.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofNewSubordinate,
  check: isPresent(OID.extKeyUsage),
});
