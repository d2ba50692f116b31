import { OID } from '../../../der/oid.ts';
import { extensionOf, isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const keyUsageCritical = defineRule({
  id: 'rfc5280/key-usage-critical',
  title: 'keyUsage is critical',
  clause: 'RFC 5280 §4.2.1.3',
  severity: 'warning',
  appliesTo: 'certificate',
  when: ({ certificate }) => extensionOf(certificate.extensions, OID.keyUsage) !== undefined,
  check: ({ certificate }) => (isCritical(certificate.extensions, OID.keyUsage) ? [] : ['keyUsage is not critical']),
});
