import { defineRule } from '../../rule.ts';
import { belowRoot, signerOf } from '../../rule-scope.ts';

/** A path with an expired certificate does not validate: what reaches beyond its issuer is of no use there. */
export const validityWithinIssuer = defineRule({
  id: 'rfc5280/validity-within-issuer',
  title: "a certificate is valid only while its issuer's is",
  clause: 'RFC 5280 §6.1.3 (a) (2)',
  severity: 'notice',
  appliesTo: 'certificate',
  when: belowRoot,
  check: (subject, context) => {
    const { certificate: own } = subject;
    const { certificate: above } = signerOf(subject, context);
    return [
      ...(own.notBefore.at < above.notBefore.at
        ? [`notBefore ${own.notBefore.at} is before the issuer's, ${above.notBefore.at}`]
        : []),
      ...(own.notAfter.at > above.notAfter.at
        ? [`notAfter ${own.notAfter.at} is after the issuer's, ${above.notAfter.at}`]
        : []),
    ];
  },
});
