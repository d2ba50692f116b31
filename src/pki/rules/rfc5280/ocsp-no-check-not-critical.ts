import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isNotCritical } from '../../rule-checks.ts';
import { has } from '../../rule-scope.ts';

export const ocspNoCheckNotCritical = defineRule({
  id: 'rfc5280/ocsp-no-check-not-critical',
  title: 'id-pkix-ocsp-nocheck is not critical',
  clause: 'RFC 6960 §4.2.2.2.1',
  severity: 'warning',
  appliesTo: 'certificate',
  when: has(OID.ocspNoCheck),
  check: isNotCritical(OID.ocspNoCheck),
});
