import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isAbsent } from '../../rule-checks.ts';
import { ofResponder } from '../../rule-scope.ts';

export const responderExtensionsAbsent = defineRule({
  id: 'cabf-tls/responder-extensions-absent',
  title: 'an OCSP responder has no extension that the table forbids',
  clause: 'TLS BR 2.2.6 §7.1.2.8.2',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofResponder,
  check: isAbsent(
    'an OCSP responder must not have',
    OID.nameConstraints,
    OID.subjectAltName,
    OID.certificatePolicies,
    OID.cRLDistributionPoints,
  ),
});
