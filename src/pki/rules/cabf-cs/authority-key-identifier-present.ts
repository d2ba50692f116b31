import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isPresent } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const authorityKeyIdentifierPresent = defineRule({
  id: 'cabf-cs/authority-key-identifier-present',
  title: 'a subordinate CA has authorityKeyIdentifier',
  clause: 'CSBR 3.10 §7.1.2.2',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: isPresent(OID.authorityKeyIdentifier),
});
