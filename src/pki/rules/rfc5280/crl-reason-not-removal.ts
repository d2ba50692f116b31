import { OID } from '../../../der/oid.ts';
import { faultyEntries } from '../../crl-entries.ts';
import { entryValues, extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlReasonNotRemoval = defineRule({
  id: 'rfc5280/crl-reason-not-removal',
  title: 'the reason removeFromCRL (8) stands only in delta CRLs',
  clause: 'RFC 5280 §5.3.1',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }) => crl.revoked.count > 0 && !extensionOf(crl.extensions, OID.deltaCRLIndicator),
  check: ({ crl }) =>
    faultyEntries(crl, ({ extensions }) =>
      entryValues(extensions).reason === 'removeFromCRL' ? 'has the reason removeFromCRL (8) in a full CRL' : undefined,
    ),
});
