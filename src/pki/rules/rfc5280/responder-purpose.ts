import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { ofResponder } from '../../rule-scope.ts';

export const responderPurpose = defineRule({
  id: 'rfc5280/responder-purpose',
  title: 'the certificate of an OCSP responder has the purpose OCSPSigning',
  clause: 'RFC 6960 §4.2.2.2',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofResponder,
  check: ({ extKeyUsage = [] }) => (extKeyUsage.includes(OID.OCSPSigning) ? [] : ['extKeyUsage lacks OCSPSigning']),
});
