import { defineRule } from '../../rule.ts';
import { ofResponder } from '../../rule-scope.ts';

export const responderKeyUsage = defineRule({
  id: 'rfc5280/responder-key-usage',
  title: 'keyUsage of an OCSP responder allows what OCSPSigning is for',
  clause: 'RFC 5280 §4.2.1.12 (id-kp-OCSPSigning)',
  severity: 'error',
  appliesTo: 'certificate',
  when: (subject, context) => ofResponder(subject, context) && subject.keyUsage !== undefined,
  check: ({ keyUsage }) =>
    keyUsage?.names.some((name) => name === 'digitalSignature' || name === 'nonRepudiation')
      ? []
      : ['keyUsage has neither digitalSignature nor nonRepudiation'],
});
