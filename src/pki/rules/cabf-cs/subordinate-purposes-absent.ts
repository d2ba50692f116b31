import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { lacksPurposes } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const subordinatePurposesAbsent = defineRule({
  id: 'cabf-cs/subordinate-purposes-absent',
  title: 'a subordinate CA has none of the purposes that are for others',
  clause: 'CSBR 3.10 §7.1.2.2',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: lacksPurposes(
    'a CA for code signing must not have',
    OID.anyExtendedKeyUsage,
    OID.serverAuth,
    OID.emailProtection,
  ),
});
