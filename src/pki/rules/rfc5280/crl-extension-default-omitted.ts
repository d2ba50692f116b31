import { faultyEntries } from '../../crl-entries.ts';
import { explicitDefaults } from '../../extension-lists.ts';
import { defineRule } from '../../rule.ts';

export const crlExtensionDefaultOmitted = defineRule({
  id: 'rfc5280/crl-extension-default-omitted',
  title: 'critical is written only where it is TRUE, in CRL and entries',
  clause: 'RFC 5280 §4.1, §5.1, X.690 §11.5',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl }) => [
    ...explicitDefaults(crl.extensions),
    ...faultyEntries(crl, ({ extensions }) => {
      const [first] = explicitDefaults(extensions);
      return first && `is wrong: ${first}`;
    }),
  ],
});
