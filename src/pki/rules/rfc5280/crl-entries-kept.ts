import { isDelta } from '../../../x509/constructed-crl.ts';
import { beginsWith } from '../../../x509/revoked-entries.ts';
import { faultyEntries } from '../../crl-entries.ts';
import { defineRule } from '../../rule.ts';

export const crlEntriesKept = defineRule({
  id: 'rfc5280/crl-entries-kept',
  title: 'every entry of the CRL before is still there',
  clause: 'RFC 5280 §3.3; TLS BR 2.2.6 §7.2',
  severity: 'error',
  appliesTo: 'crl',
  // A delta CRL lists what is other than before.
  when: ({ crl }, { previous }) => previous !== undefined && previous.revoked.count > 0 && !isDelta(crl),
  check: ({ crl }, { previous }) =>
    previous === undefined || beginsWith(crl.revoked, previous.revoked)
      ? []
      : faultyEntries(previous, ({ serial }) =>
          crl.revoked.find(serial) ? undefined : 'of the CRL before is missing',
        ),
});
