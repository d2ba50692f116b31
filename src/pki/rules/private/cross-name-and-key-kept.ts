import { sameBytes } from '../../../der/reader.ts';
import { defineRule } from '../../rule.ts';
import { existingOf, ofCross } from '../../rule-scope.ts';

export const crossNameAndKeyKept = defineRule({
  id: 'private/cross-name-and-key-kept',
  title: 'a cross-certificate has the name and the key of the existing certificate',
  clause: 'docs/checks.md',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofCross,
  check: (subject, context) => {
    const [{ certificate: own }, { certificate: kept }] = [subject, existingOf(subject, context)];
    return [
      ...(sameBytes(own.subject.der, kept.subject.der) ? [] : ["the subject is not the existing certificate's"]),
      ...(sameBytes(own.spki.der, kept.spki.der) ? [] : ["the public key is not the existing certificate's"]),
    ];
  },
});
