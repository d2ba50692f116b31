import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isPresent } from '../../rule-checks.ts';
import { ofResponder } from '../../rule-scope.ts';

export const responderKeyIdentifierPresent = defineRule({
  id: 'rfc5280/responder-key-identifier-present',
  title: 'the certificate of an OCSP responder has subjectKeyIdentifier',
  clause: 'RFC 5280 §4.2.1.2',
  severity: 'warning',
  appliesTo: 'certificate',
  when: ofResponder,
  check: isPresent(OID.subjectKeyIdentifier),
});
