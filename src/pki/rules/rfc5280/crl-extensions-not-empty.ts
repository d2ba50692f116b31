import { defineRule } from '../../rule.ts';

export const crlExtensionsNotEmpty = defineRule({
  id: 'rfc5280/crl-extensions-not-empty',
  title: 'the extensions of a CRL, where present, are at least one',
  clause: 'RFC 5280 §5.1.2.7, §4.1 (Extensions SIZE (1..MAX))',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl: { extensionsPresent, extensions } }) =>
    extensionsPresent && extensions.length === 0
      ? ['the list of extensions is empty, expected none or at least one']
      : [],
});
