import { isDelta } from '../../../x509/constructed-crl.ts';
import { faultyEntries } from '../../crl-entries.ts';
import { isOnHold } from '../../delta-succession.ts';
import { entryValues } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlDeltaRemovalOfHold = defineRule({
  id: 'rfc5280/crl-delta-removal-of-hold',
  title: 'a delta CRL removes what was on hold, and nothing else',
  clause: 'RFC 5280 §5.2.4 (b), §5.3.1',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }, { previous }) => isDelta(crl) && crl.revoked.count > 0 && previous !== undefined,
  check: ({ crl }, { delta, previous }) =>
    faultyEntries(crl, ({ serial, extensions }) => {
      if (entryValues(extensions).reason !== 'removeFromCRL' || !previous) return undefined;
      const before = delta?.revoked.find(serial);
      if (before && entryValues(before.extensions).reason === 'removeFromCRL') return undefined;
      return isOnHold(previous.revoked, serial)
        ? undefined
        : 'has the reason removeFromCRL (8), and by the CRL before it was not on hold';
    }),
});
