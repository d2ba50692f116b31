import { defineRule } from '../../rule.ts';

export const crlFreshestForm = defineRule({
  id: 'rfc5280/crl-freshest-form',
  title: 'freshestCRL of a CRL says where its delta CRLs are, and neither reasons nor another issuer',
  clause: 'RFC 5280 §5.2.6',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ freshestCrl }) => freshestCrl !== undefined,
  check: ({ freshestCrl = [] }) =>
    freshestCrl.flatMap(({ fullName, relativeName, reasons, crlIssuer }) => [
      ...((fullName ?? relativeName) ? [] : ['freshestCRL has a point that says no place']),
      ...(reasons ? ['freshestCRL has a point with reasons, expected none'] : []),
      ...(crlIssuer ? ['freshestCRL has a point with cRLIssuer, expected none'] : []),
    ]),
});
