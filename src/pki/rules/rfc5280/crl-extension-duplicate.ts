import { duplicateExtensions } from '../../extension-lists.ts';
import { defineRule } from '../../rule.ts';

export const crlExtensionDuplicate = defineRule({
  id: 'rfc5280/crl-extension-duplicate',
  title: 'no CRL extension is there twice',
  clause: 'RFC 5280 §5.2, §4.2',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl }) => duplicateExtensions(crl.extensions),
});
