import { OID } from '../../../der/oid.ts';
import { isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';
import { all, has, ofCa } from '../../rule-scope.ts';

export const basicConstraintsCritical = defineRule({
  id: 'rfc5280/basic-constraints-critical',
  title: 'basicConstraints of a CA certificate is critical',
  clause: 'RFC 5280 §4.2.1.9',
  severity: 'error',
  version: 2,
  appliesTo: 'certificate',
  when: all(ofCa, has(OID.basicConstraints)),
  check: ({ certificate }) =>
    isCritical(certificate.extensions, OID.basicConstraints) ? [] : ['basicConstraints is not critical'],
});
