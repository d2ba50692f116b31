import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isOneSetOf } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

/** The policy counts the day of disclosure in the CCADB, which the bytes do not have: that of the signing stands for it here and below. */
export const subordinatePurposesUntil2026 = defineRule({
  id: 'chrome/subordinate-purposes-until-2026',
  title: 'a subordinate CA is for TLS servers alone, or for TLS servers and clients',
  clause: 'Chrome Root Program Policy 1.6 §3.2.2',
  severity: 'error',
  effective: { from: '2025-02-15', until: '2026-06-14' },
  conflicts: ['cabf-cs/subordinate-purposes', 'cabf-smime/subordinate-purpose-present'],
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: isOneSetOf([OID.serverAuth], [OID.serverAuth, OID.clientAuth]),
});
