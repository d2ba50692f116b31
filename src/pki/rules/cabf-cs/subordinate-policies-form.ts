import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { ofSubordinate } from '../../rule-scope.ts';

const POLICIES: readonly string[] = [
  OID.codeSigningPolicy,
  OID.evCodeSigningPolicy,
  OID.timeStampingPolicy,
  OID.anyPolicy,
];

/** The clause was read second hand. */
export const subordinatePoliciesForm = defineRule({
  id: 'cabf-cs/subordinate-policies-form',
  title: 'certificatePolicies of a subordinate CA has a policy reserved for code or time-stamping, or anyPolicy',
  clause: 'CSBR 3.10 §7.1.6.3',
  severity: 'error',
  appliesTo: 'certificate',
  when: (subject, context) => ofSubordinate(subject, context) && subject.certificatePolicies !== undefined,
  check: ({ certificatePolicies = [] }) =>
    certificatePolicies.some(({ oid }) => POLICIES.includes(oid))
      ? []
      : ['certificatePolicies has neither a policy for code signing or time-stamping nor anyPolicy'],
});
