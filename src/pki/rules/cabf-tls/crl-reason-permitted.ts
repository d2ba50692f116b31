import { CRL_REASONS } from '../../../x509/crl-extensions.ts';
import { faultyEntries } from '../../crl-entries.ts';
import { entryValues } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

/** The table's codes; for a CA certificate unspecified (0) is not expressed at all. */
const PERMITTED: readonly number[] = [1, 3, 4, 5, 9];

export const crlReasonPermitted = defineRule({
  id: 'cabf-tls/crl-reason-permitted',
  title: `each reason is one of ${PERMITTED.join(', ')}`,
  clause: 'TLS BR 2.2.6 §7.2.2',
  severity: 'error',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  when: ({ crl }) => crl.revoked.count > 0,
  check: ({ crl }) =>
    faultyEntries(crl, ({ extensions }) => {
      const { reason } = entryValues(extensions);
      if (reason === undefined) return undefined;
      const code = CRL_REASONS.indexOf(reason);
      return PERMITTED.includes(code)
        ? undefined
        : `has the reason ${reason} (${code}), expected one of ${PERMITTED.join(', ')}`;
    }),
});
