import { OID } from '../../../der/oid.ts';
import { extensionOf, isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const authorityInfoAccessNotCritical = defineRule({
  id: 'rfc5280/authority-info-access-not-critical',
  title: 'authorityInfoAccess is not critical',
  clause: 'RFC 5280 §4.2.2.1',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ certificate }) => extensionOf(certificate.extensions, OID.authorityInfoAccess) !== undefined,
  check: ({ certificate }) =>
    isCritical(certificate.extensions, OID.authorityInfoAccess) ? ['authorityInfoAccess is critical'] : [],
});
