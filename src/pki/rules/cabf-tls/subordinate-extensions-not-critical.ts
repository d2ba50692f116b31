import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isNotCritical } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const subordinateExtensionsNotCritical = defineRule({
  id: 'cabf-tls/subordinate-extensions-not-critical',
  title: 'certificatePolicies and extKeyUsage of a subordinate CA are not critical',
  clause: 'TLS BR 2.2.6 §7.1.2.2.3, §7.1.2.3.1, §7.1.2.6.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: isNotCritical(OID.certificatePolicies, OID.extKeyUsage),
});
