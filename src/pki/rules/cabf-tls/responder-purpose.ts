import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isOneSetOf } from '../../rule-checks.ts';
import { ofResponder } from '../../rule-scope.ts';

export const responderPurpose = defineRule({
  id: 'cabf-tls/responder-purpose',
  title: 'an OCSP responder has the purpose OCSPSigning and no other',
  clause: 'TLS BR 2.2.6 §7.1.2.8.5',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofResponder,
  check: isOneSetOf([OID.OCSPSigning]),
});
