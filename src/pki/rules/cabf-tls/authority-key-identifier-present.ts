import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isPresent } from '../../rule-checks.ts';
import { belowRoot } from '../../rule-scope.ts';

export const authorityKeyIdentifierPresent = defineRule({
  id: 'cabf-tls/authority-key-identifier-present',
  title: 'a certificate that another key signs has authorityKeyIdentifier',
  clause: 'TLS BR 2.2.6 §7.1.2.2.3, §7.1.2.3.1, §7.1.2.6.1, §7.1.2.8.2',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: belowRoot,
  check: isPresent(OID.authorityKeyIdentifier),
});
