import { faultyEntries } from '../../crl-entries.ts';
import { duplicateExtensions } from '../../extension-lists.ts';
import { defineRule } from '../../rule.ts';

export const crlEntryExtensionDuplicate = defineRule({
  id: 'rfc5280/crl-entry-extension-duplicate',
  title: 'no entry has an extension twice',
  clause: 'RFC 5280 §5.3, §4.2',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }) => crl.revoked.count > 0,
  check: ({ crl }) =>
    faultyEntries(crl, ({ extensions }) => {
      const [first] = duplicateExtensions(extensions);
      return first && `is wrong: ${first}`;
    }),
});
