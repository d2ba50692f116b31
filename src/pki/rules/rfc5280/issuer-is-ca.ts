import { defineRule } from '../../rule.ts';
import { belowRoot, signerOf } from '../../rule-scope.ts';

export const issuerIsCa = defineRule({
  id: 'rfc5280/issuer-is-ca',
  title: "the issuer's certificate has basicConstraints with cA TRUE",
  clause: 'RFC 5280 §4.2.1.9, §6.1.4 (k)',
  severity: 'error',
  appliesTo: 'certificate',
  when: belowRoot,
  check: (subject, context) =>
    signerOf(subject, context).basicConstraints?.ca ? [] : ["the issuer's certificate has no cA TRUE"],
});
