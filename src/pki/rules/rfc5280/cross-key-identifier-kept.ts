import { hexOf } from '../../../der/values.ts';
import { defineRule } from '../../rule.ts';
import { existingOf, ofCross } from '../../rule-scope.ts';

/** What the CA has issued names its key by that identifier: with another one, paths over the cross-certificate are not found. */
export const crossKeyIdentifierKept = defineRule({
  id: 'rfc5280/cross-key-identifier-kept',
  title: 'a cross-certificate has the subject key identifier that its key has already',
  clause: 'RFC 5280 §4.2.1.2',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofCross,
  check: (subject, context) => {
    const [own, kept] = [subject.subjectKeyIdentifier, existingOf(subject, context).subjectKeyIdentifier];
    const [found, expected] = [own, kept].map((identifier) => (identifier ? hexOf(identifier) : '(there is none)'));
    return found === expected
      ? []
      : [`subjectKeyIdentifier is ${found}, and that of the existing certificate ${expected}`];
  },
});
