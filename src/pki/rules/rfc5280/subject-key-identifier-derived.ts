import { hexOf } from '../../../der/values.ts';
import { derivedKeyIdentifiers } from '../../key-identifiers.ts';
import { defineRule } from '../../rule.ts';
import { ofCross } from '../../rule-scope.ts';

export const subjectKeyIdentifierDerived = defineRule({
  id: 'rfc5280/subject-key-identifier-derived',
  title: 'the subject key identifier is derived from the public key by a published method',
  clause: 'RFC 5280 §4.2.1.2, RFC 7093 §2',
  severity: 'warning',
  version: 2,
  appliesTo: 'certificate',
  // A cross-certificate keeps the identifier that its key has already.
  when: (subject, context) => !ofCross(subject, context) && subject.subjectKeyIdentifier !== undefined,
  check: ({ subjectKeyIdentifier = new Uint8Array(), certificate }) => {
    const hex = hexOf(subjectKeyIdentifier);
    if (derivedKeyIdentifiers(certificate.spki).includes(hex)) return [];
    return [`subjectKeyIdentifier is ${hex}, expected one derived by RFC 5280 §4.2.1.2 or RFC 7093 §2`];
  },
});
