import { OID } from '../../../der/oid.ts';
import { faultyEntries } from '../../crl-entries.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlReasonPresent = defineRule({
  id: 'cabf-tls/crl-reason-present',
  title: 'each revoked CA certificate has a reason',
  clause: 'TLS BR 2.2.6 §7.2.2',
  severity: 'error',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  when: ({ crl }, { kind }) => kind === 'root-crl' && crl.revoked.count > 0,
  check: ({ crl }) =>
    faultyEntries(crl, ({ extensions }) => (extensionOf(extensions, OID.reasonCode) ? undefined : 'has no reasonCode')),
});
