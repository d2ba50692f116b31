import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isOneSetOf } from '../../rule-checks.ts';
import { ofResponder } from '../../rule-scope.ts';

export const responderPurpose = defineRule({
  id: 'microsoft/responder-purpose',
  title: 'an OCSP responder has the purpose OCSPSigning and no other',
  clause: 'Microsoft Trusted Root Program 1.2 §3.1.18',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofResponder,
  check: isOneSetOf([OID.OCSPSigning]),
});
