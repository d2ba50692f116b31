import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { ofSubordinate } from '../../rule-scope.ts';

/** Validation (1 to 4) and generation (1 to 3). */
const RESERVED = /^2\.23\.140\.1\.5\.[1-4]\.[1-3]$/;

/** The clause was read second hand. */
export const subordinatePoliciesForm = defineRule({
  id: 'cabf-smime/subordinate-policies-form',
  title: 'certificatePolicies of a subordinate CA has a policy reserved for e-mail, or anyPolicy',
  clause: 'S/MIME BR 1.0.10 §7.1.6.3',
  severity: 'error',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  when: (subject, context) => ofSubordinate(subject, context) && subject.certificatePolicies !== undefined,
  check: ({ certificatePolicies = [] }) =>
    certificatePolicies.some(({ oid }) => oid === OID.anyPolicy || RESERVED.test(oid))
      ? []
      : ['certificatePolicies has neither a policy for e-mail nor anyPolicy'],
});
