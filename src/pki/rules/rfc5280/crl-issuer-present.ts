import { defineRule } from '../../rule.ts';

export const crlIssuerPresent = defineRule({
  id: 'rfc5280/crl-issuer-present',
  title: 'the issuer of a CRL is not an empty name',
  clause: 'RFC 5280 §5.1.2.3',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl }) => (crl.issuer.attributes.length > 0 ? [] : ['the issuer is an empty name']),
});
