import { sameBytes } from '../../../der/reader.ts';
import { hexOf } from '../../../der/values.ts';
import { defineRule } from '../../rule.ts';

export const crlIssuerMatches = defineRule({
  id: 'rfc5280/crl-issuer-matches',
  title: "a CRL's issuer is the subject of the issuer's certificate, byte for byte",
  clause: 'RFC 5280 §5.1.2.3, §6.3.3 (b); TLS BR 2.2.6 §7.2',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl }, { issuer }) =>
    sameBytes(crl.issuer.der, issuer.subject.der)
      ? []
      : [
          `the issuer is ${hexOf(crl.issuer.der)}, expected the bytes of the issuer's subject ${hexOf(issuer.subject.der)}`,
        ],
});
