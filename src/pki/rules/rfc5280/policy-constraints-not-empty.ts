import { defineRule } from '../../rule.ts';

export const policyConstraintsNotEmpty = defineRule({
  id: 'rfc5280/policy-constraints-not-empty',
  title: 'policyConstraints has at least one of its fields',
  clause: 'RFC 5280 §4.2.1.11',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ policyConstraints }) => policyConstraints !== undefined,
  check: ({ policyConstraints }) =>
    policyConstraints?.requireExplicitPolicy === undefined && policyConstraints?.inhibitPolicyMapping === undefined
      ? ['policyConstraints is empty']
      : [],
});
