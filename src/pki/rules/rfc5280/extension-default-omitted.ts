import { explicitDefaults } from '../../extension-lists.ts';
import { defineRule } from '../../rule.ts';

export const extensionDefaultOmitted = defineRule({
  id: 'rfc5280/extension-default-omitted',
  title: 'critical is written only where it is TRUE',
  clause: 'RFC 5280 §4.1, X.690 §11.5',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate }) => explicitDefaults(certificate.extensions),
});
