import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isPresent } from '../../rule-checks.ts';
import { belowRoot } from '../../rule-scope.ts';

export const authorityKeyIdentifierPresent = defineRule({
  id: 'rfc5280/authority-key-identifier-present',
  title: 'a certificate that another key signs has authorityKeyIdentifier',
  clause: 'RFC 5280 §4.2.1.1',
  severity: 'error',
  appliesTo: 'certificate',
  when: belowRoot,
  check: isPresent(OID.authorityKeyIdentifier),
});
