import { defineRule } from '../../rule.ts';
import { ofCa } from '../../rule-scope.ts';

export const basicConstraintsPresent = defineRule({
  id: 'rfc5280/basic-constraints-present',
  title: 'a CA certificate has basicConstraints with cA TRUE',
  clause: 'RFC 5280 §4.2.1.9',
  severity: 'error',
  version: 2,
  appliesTo: 'certificate',
  when: ofCa,
  check: ({ basicConstraints }) => {
    if (basicConstraints === undefined) return ['basicConstraints is absent or unreadable, expected cA TRUE'];
    return basicConstraints.ca ? [] : ['cA is FALSE, expected TRUE'];
  },
});
