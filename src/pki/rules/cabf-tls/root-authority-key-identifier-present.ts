import { OID } from '../../../der/oid.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const rootAuthorityKeyIdentifierPresent = defineRule({
  id: 'cabf-tls/root-authority-key-identifier-present',
  title: 'a root has authorityKeyIdentifier',
  clause: 'TLS BR 2.2.6 §7.1.2.1.2',
  severity: 'warning',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (_subject, { kind }) => kind === 'root-ca',
  check: ({ certificate }) =>
    extensionOf(certificate.extensions, OID.authorityKeyIdentifier)
      ? []
      : ['authorityKeyIdentifier is absent, which is recommended in a root'],
});
