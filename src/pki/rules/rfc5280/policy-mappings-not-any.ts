import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';

export const policyMappingsNotAny = defineRule({
  id: 'rfc5280/policy-mappings-not-any',
  title: 'no policy is mapped to or from anyPolicy',
  clause: 'RFC 5280 §4.2.1.5',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ policyMappings }) => policyMappings !== undefined,
  check: ({ policyMappings = [] }) =>
    policyMappings
      .filter(({ issuer, subject }) => issuer === OID.anyPolicy || subject === OID.anyPolicy)
      .map(({ issuer, subject }) => `the policy ${issuer} is mapped to ${subject}, and one of them is anyPolicy`),
});
