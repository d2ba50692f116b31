import { OID } from '../../../der/oid.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const rootExtendedKeyUsageAbsent = defineRule({
  id: 'cabf-tls/root-extended-key-usage-absent',
  title: 'a root has no extKeyUsage',
  clause: 'TLS BR 2.2.6 §7.1.2.1.2',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (_subject, { kind }) => kind === 'root-ca',
  check: ({ certificate }) =>
    extensionOf(certificate.extensions, OID.extKeyUsage) ? ['extKeyUsage is present, which a root must not have'] : [],
});
