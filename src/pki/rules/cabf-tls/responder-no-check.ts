import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isNotCritical, isPresent } from '../../rule-checks.ts';
import { ofResponder } from '../../rule-scope.ts';

export const responderNoCheck = defineRule({
  id: 'cabf-tls/responder-no-check',
  title: 'an OCSP responder has id-pkix-ocsp-nocheck, not critical',
  clause: 'TLS BR 2.2.6 §7.1.2.8.2, §7.1.2.8.6',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofResponder,
  check: (subject) => [...isPresent(OID.ocspNoCheck)(subject), ...isNotCritical(OID.ocspNoCheck)(subject)],
});
