import { OID } from '../../../der/oid.ts';
import { extensionOf, isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const keyUsageCritical = defineRule({
  id: 'cabf-tls/key-usage-critical',
  title: 'keyUsage is critical',
  clause: 'TLS BR 2.2.6 §7.1.2.1.2, §7.1.2.6.1, §7.1.2.8.2',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ({ certificate }) => extensionOf(certificate.extensions, OID.keyUsage) !== undefined,
  check: ({ certificate }) => (isCritical(certificate.extensions, OID.keyUsage) ? [] : ['keyUsage is not critical']),
});
