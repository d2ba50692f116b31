import { defineRule } from '../../rule.ts';

export const validityOrder = defineRule({
  id: 'rfc5280/validity-order',
  title: 'notAfter is not before notBefore',
  clause: 'RFC 5280 §4.1.2.5',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate: { notBefore, notAfter } }) =>
    notBefore.at <= notAfter.at ? [] : [`notAfter ${notAfter.at} is before notBefore ${notBefore.at}`],
});
