import { faultyEntries } from '../../crl-entries.ts';
import { defineRule } from '../../rule.ts';

export const crlEntryExtensionsNotEmpty = defineRule({
  id: 'rfc5280/crl-entry-extensions-not-empty',
  title: 'the extensions of a CRL entry, where present, are at least one',
  clause: 'RFC 5280 §5.1, §4.1 (Extensions SIZE (1..MAX))',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }) => crl.revoked.count > 0,
  check: ({ crl }) =>
    faultyEntries(crl, ({ extensionsPresent, extensions }) =>
      extensionsPresent && extensions.length === 0 ? 'has an empty list of extensions' : undefined,
    ),
});
