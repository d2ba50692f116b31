import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isOneSetOf } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const subordinatePurposes = defineRule({
  id: 'chrome/subordinate-purposes',
  title: 'a subordinate CA is for TLS servers alone',
  clause: 'Chrome Root Program Policy 1.6 §3.2.1, §3.2.2',
  severity: 'error',
  effective: { from: '2026-06-15' },
  conflicts: ['cabf-cs/subordinate-purposes', 'cabf-smime/subordinate-purpose-present'],
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: isOneSetOf([OID.serverAuth]),
});
