import { faultyEntries } from '../../crl-entries.ts';
import { entryValues } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlReasonSpecified = defineRule({
  id: 'rfc5280/crl-reason-specified',
  title: 'the reason unspecified (0) is expressed by leaving the reason out',
  clause: 'RFC 5280 §5.3.1',
  severity: 'warning',
  appliesTo: 'crl',
  when: ({ crl }) => crl.revoked.count > 0,
  check: ({ crl }) =>
    faultyEntries(crl, ({ extensions }) =>
      entryValues(extensions).reason === 'unspecified' ? 'has the reason unspecified (0), expected none' : undefined,
    ),
});
