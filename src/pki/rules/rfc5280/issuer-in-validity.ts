import { defineRule } from '../../rule.ts';
import { belowRoot, signerOf } from '../../rule-scope.ts';

export const issuerInValidity = defineRule({
  id: 'rfc5280/issuer-in-validity',
  title: "the issuer's certificate is valid at the time of the signing",
  clause: 'RFC 5280 §6.1.3 (a) (2)',
  severity: 'error',
  appliesTo: 'certificate',
  when: belowRoot,
  check: (subject, context) => {
    const { notBefore, notAfter } = signerOf(subject, context).certificate;
    if (notBefore.at <= context.plannedAt && context.plannedAt <= notAfter.at) return [];
    return [`it is signed at ${context.plannedAt}, and the issuer is valid from ${notBefore.at} to ${notAfter.at}`];
  },
});
