import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { hasOnlyPurposes } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const subordinatePurposesOthers = defineRule({
  id: 'cabf-cs/subordinate-purposes-others',
  title: 'a subordinate CA has no further purposes',
  clause: 'CSBR 3.10 §7.1.2.2',
  severity: 'warning',
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: hasOnlyPurposes(
    'a CA for code signing should not have',
    OID.codeSigning,
    OID.timeStamping,
    // These must not be there, by a rule of their own.
    OID.anyExtendedKeyUsage,
    OID.serverAuth,
    OID.emailProtection,
  ),
});
