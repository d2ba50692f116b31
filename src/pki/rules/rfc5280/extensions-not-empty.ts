import { defineRule } from '../../rule.ts';

export const extensionsNotEmpty = defineRule({
  id: 'rfc5280/extensions-not-empty',
  title: 'the extensions, where present, are at least one',
  clause: 'RFC 5280 §4.1 (Extensions SIZE (1..MAX))',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate: { extensionsPresent, extensions } }) =>
    extensionsPresent && extensions.length === 0
      ? ['the list of extensions is empty, expected none or at least one']
      : [],
});
