import { oidName } from '../../../der/oid.ts';
import { faultyEntries } from '../../crl-entries.ts';
import { entryValues } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlEntryExtensionValues = defineRule({
  id: 'rfc5280/crl-entry-extension-values',
  title: 'the value of each known entry extension is strict DER of its type',
  clause: 'RFC 5280 §5.3, X.690 §10, §11',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }) => crl.revoked.count > 0,
  check: ({ crl }) =>
    faultyEntries(crl, ({ extensions }) => {
      const [first] = entryValues(extensions).malformed;
      return first && `has a malformed ${oidName(first.oid) ?? first.oid}: ${first.message}`;
    }),
});
