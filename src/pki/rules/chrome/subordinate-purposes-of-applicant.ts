import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isOneSetOf } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const subordinatePurposesOfApplicant = defineRule({
  id: 'chrome/subordinate-purposes-of-applicant',
  title: 'a subordinate CA below a root that applies for inclusion is for TLS servers alone',
  clause: 'Chrome Root Program Policy 1.6 §3.2.1',
  severity: 'notice',
  effective: { from: '2025-06-15', until: '2026-06-14' },
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: isOneSetOf([OID.serverAuth]),
});
