import { OID, oidName } from '../../../der/oid.ts';
import { faultyEntries } from '../../crl-entries.ts';
import { defineRule } from '../../rule.ts';

/** reasonCode; certificateIssuer has a rule of its own. */
const KNOWN: readonly string[] = [OID.reasonCode, OID.certificateIssuer];

export const crlEntryOtherExtensionsAbsent = defineRule({
  id: 'cabf-tls/crl-entry-other-extensions-absent',
  title: 'entries have no extensions but reasonCode',
  clause: 'TLS BR 2.2.6 §7.2.2',
  severity: 'warning',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  when: ({ crl }) => crl.revoked.count > 0,
  check: ({ crl }) =>
    faultyEntries(crl, ({ extensions }) => {
      const other = extensions.find(({ oid }) => !KNOWN.includes(oid));
      return other && `has ${oidName(other.oid) ?? other.oid}, which is not recommended`;
    }),
});
