import { sameBytes } from '../../../der/reader.ts';
import { defineRule } from '../../rule.ts';
import { ofNewSubordinate, ofResponder, signerOf } from '../../rule-scope.ts';

export const keyDistinct = defineRule({
  id: 'private/key-distinct',
  title: "what a CA signs does not have the CA's own key",
  clause: 'docs/checks.md',
  severity: 'error',
  appliesTo: 'certificate',
  when: (subject, context) => ofNewSubordinate(subject, context) || ofResponder(subject, context),
  check: (subject, context) =>
    sameBytes(subject.certificate.spki.der, signerOf(subject, context).certificate.spki.der)
      ? ["the public key is the issuer's"]
      : [],
});
