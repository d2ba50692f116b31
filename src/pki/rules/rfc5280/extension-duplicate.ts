import { duplicateExtensions } from '../../extension-lists.ts';
import { defineRule } from '../../rule.ts';

export const extensionDuplicate = defineRule({
  id: 'rfc5280/extension-duplicate',
  title: 'no extension is there twice',
  clause: 'RFC 5280 §4.2',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate }) => duplicateExtensions(certificate.extensions),
});
