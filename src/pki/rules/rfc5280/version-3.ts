import { defineRule } from '../../rule.ts';

export const version3 = defineRule({
  id: 'rfc5280/version-3',
  title: 'a certificate with extensions is of version 3',
  clause: 'RFC 5280 §4.1.2.1',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate: { version } }) => (version === 3 ? [] : [`the version is ${version}, expected 3`]),
});
