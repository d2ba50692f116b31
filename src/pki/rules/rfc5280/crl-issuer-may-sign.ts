import { CeremonyError } from '../../../base/errors.ts';
import { keyUsage } from '../../../x509/extensions.ts';
import { defineRule } from '../../rule.ts';

export const crlIssuerMaySign = defineRule({
  id: 'rfc5280/crl-issuer-may-sign',
  title: 'the certificate of the CRL issuer has cRLSign',
  clause: 'RFC 5280 §4.2.1.3, §6.3.3 (f)',
  severity: 'error',
  appliesTo: 'crl',
  check: (_subject, { issuer }) => {
    try {
      const names = keyUsage(issuer.extensions)?.names;
      return names === undefined || names.includes('cRLSign') ? [] : ["the issuer's keyUsage lacks cRLSign"];
    } catch (error) {
      if (error instanceof CeremonyError) return [`the issuer's keyUsage cannot be read: ${error.message}`];
      throw error;
    }
  },
});
