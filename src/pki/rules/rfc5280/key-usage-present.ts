import { OID } from '../../../der/oid.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';
import { ofCa } from '../../rule-scope.ts';

export const keyUsagePresent = defineRule({
  id: 'rfc5280/key-usage-present',
  title: 'a CA certificate has keyUsage',
  clause: 'RFC 5280 §4.2.1.3',
  severity: 'error',
  version: 2,
  appliesTo: 'certificate',
  when: ofCa,
  check: ({ certificate }) => (extensionOf(certificate.extensions, OID.keyUsage) ? [] : ['keyUsage is absent']),
});
