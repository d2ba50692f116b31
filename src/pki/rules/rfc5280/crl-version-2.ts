import { defineRule } from '../../rule.ts';

export const crlVersion2 = defineRule({
  id: 'rfc5280/crl-version-2',
  title: 'a CRL is of version 2',
  clause: 'RFC 5280 §5.1.2.1',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl }) => (crl.version === 2 ? [] : [`the version is ${crl.version}, expected 2`]),
});
