import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isOneSetOf } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

/** §1.7 counts from 2026-07-01, before the policy itself took effect. Cross-certificates are no exception. */
export const subordinatePurposes = defineRule({
  id: 'apple/subordinate-purposes',
  title: 'a subordinate CA has the purposes of one trust purpose, and no others',
  clause: 'Apple Root Program Policy 2.0 §1.7, appendix A',
  severity: 'error',
  effective: { from: '2026-08-01' },
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: isOneSetOf(
    [OID.serverAuth],
    [OID.serverAuth, OID.clientAuth],
    [OID.emailProtection],
    [OID.emailProtection, OID.clientAuth],
    [OID.clientAuth],
    [OID.timeStamping],
    [OID.brandIndicator],
  ),
});
