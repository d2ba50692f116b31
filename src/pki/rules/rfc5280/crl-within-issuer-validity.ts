import { defineRule } from '../../rule.ts';

export const crlWithinIssuerValidity = defineRule({
  id: 'rfc5280/crl-within-issuer-validity',
  title: 'a CRL begins and ends while the certificate of its issuer is valid',
  clause: 'RFC 5280 §6.1.3 (a)(2), §6.3.3 (f)',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl: { thisUpdate, nextUpdate } }, { issuer }) => [
    ...(thisUpdate.at < issuer.notBefore.at
      ? [`thisUpdate ${thisUpdate.at} is before the issuer's notBefore ${issuer.notBefore.at}`]
      : []),
    ...(nextUpdate !== undefined && nextUpdate.at > issuer.notAfter.at
      ? [`nextUpdate ${nextUpdate.at} is after the issuer's notAfter ${issuer.notAfter.at}`]
      : []),
  ],
});
