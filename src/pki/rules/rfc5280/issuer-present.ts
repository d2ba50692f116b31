import { defineRule } from '../../rule.ts';

export const issuerPresent = defineRule({
  id: 'rfc5280/issuer-present',
  title: 'the issuer is not an empty name',
  clause: 'RFC 5280 §4.1.2.4',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate }) => (certificate.issuer.attributes.length > 0 ? [] : ['the issuer is an empty name']),
});
