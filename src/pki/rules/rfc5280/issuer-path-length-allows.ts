import { sameBytes } from '../../../der/reader.ts';
import { defineRule } from '../../rule.ts';
import { ofSubordinate, signerOf } from '../../rule-scope.ts';

export const issuerPathLengthAllows = defineRule({
  id: 'rfc5280/issuer-path-length-allows',
  title: "the issuer's path length allows a CA below it",
  clause: 'RFC 5280 §4.2.1.9, §6.1.4 (l), (m)',
  severity: 'error',
  appliesTo: 'certificate',
  when: (subject, context) =>
    ofSubordinate(subject, context) && signerOf(subject, context).basicConstraints?.pathLength !== undefined,
  check: (subject, context) => {
    const { issuer, subject: name } = subject.certificate;
    // What is self-issued does not count: its issuer and subject are one name.
    if (sameBytes(issuer.der, name.der)) return [];
    return signerOf(subject, context).basicConstraints?.pathLength === 0
      ? ["the issuer's path length is 0, which allows no CA below it"]
      : [];
  },
});
