import { OID } from '../../../der/oid.ts';
import { extensionOf, isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const basicConstraintsCritical = defineRule({
  id: 'rfc5280/basic-constraints-critical',
  title: 'basicConstraints of a CA certificate is critical',
  clause: 'RFC 5280 §4.2.1.9',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ certificate }) => extensionOf(certificate.extensions, OID.basicConstraints) !== undefined,
  check: ({ certificate }) =>
    isCritical(certificate.extensions, OID.basicConstraints) ? [] : ['basicConstraints is not critical'],
});
