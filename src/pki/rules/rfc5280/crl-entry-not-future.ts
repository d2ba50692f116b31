import { faultyEntries } from '../../crl-entries.ts';
import { defineRule } from '../../rule.ts';

export const crlEntryNotFuture = defineRule({
  id: 'rfc5280/crl-entry-not-future',
  title: 'nothing is revoked after thisUpdate',
  clause: 'RFC 5280 §5.1.2.6',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }) => crl.revoked.count > 0,
  check: ({ crl }) =>
    faultyEntries(crl, ({ at }) =>
      at.at > crl.thisUpdate.at ? `is revoked at ${at.at}, after thisUpdate ${crl.thisUpdate.at}` : undefined,
    ),
});
