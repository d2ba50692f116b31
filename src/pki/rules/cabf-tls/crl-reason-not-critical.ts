import { OID } from '../../../der/oid.ts';
import { faultyEntries } from '../../crl-entries.ts';
import { isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlReasonNotCritical = defineRule({
  id: 'cabf-tls/crl-reason-not-critical',
  title: 'no reasonCode is critical',
  clause: 'TLS BR 2.2.6 §7.2.2; RFC 5280 §5.3.1',
  severity: 'error',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  when: ({ crl }) => crl.revoked.count > 0,
  check: ({ crl }) =>
    faultyEntries(crl, ({ extensions }) =>
      isCritical(extensions, OID.reasonCode) ? 'has a critical reasonCode' : undefined,
    ),
});
