import { defineRule } from '../../rule.ts';

export const policyMappingsAsserted = defineRule({
  id: 'rfc5280/policy-mappings-asserted',
  title: 'each policy that is mapped is also asserted',
  clause: 'RFC 5280 §4.2.1.5',
  severity: 'warning',
  appliesTo: 'certificate',
  when: ({ policyMappings }) => policyMappings !== undefined,
  check: ({ policyMappings = [], certificatePolicies = [] }) =>
    [...new Set(policyMappings.map(({ issuer }) => issuer))]
      .filter((mapped) => !certificatePolicies.some(({ oid }) => oid === mapped))
      .map((mapped) => `the policy ${mapped} is mapped, and certificatePolicies does not name it`),
});
