import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isPresent } from '../../rule-checks.ts';
import { ofResponder } from '../../rule-scope.ts';

export const responderNoCheckPresent = defineRule({
  id: 'mozilla/responder-no-check-present',
  title: 'an OCSP responder has id-pkix-ocsp-nocheck',
  clause: 'MRSP 3.1 §5.2',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofResponder,
  check: isPresent(OID.ocspNoCheck),
});
