import { faultyEntries } from '../../crl-entries.ts';
import { defineRule } from '../../rule.ts';
import { timeFormFault } from '../../time-form.ts';

export const crlEntryTimeEncoding = defineRule({
  id: 'rfc5280/crl-entry-time-encoding',
  title: 'revocation dates through 2049 are UTCTime, from 2050 GeneralizedTime',
  clause: 'RFC 5280 §5.1.2.6, §5.1.2.4',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }) => crl.revoked.count > 0,
  check: ({ crl }) =>
    faultyEntries(crl, ({ at }) => {
      const [fault] = timeFormFault('revocationDate', at);
      return fault && `is wrong: ${fault}`;
    }),
});
