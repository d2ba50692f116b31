import { hexOf } from '../../../der/values.ts';
import { defineRule } from '../../rule.ts';
import { SIGNATURE_IDENTIFIERS } from '../../tls-algorithms.ts';

export const crlSignatureAlgorithm = defineRule({
  id: 'cabf-tls/crl-signature-algorithm',
  title: 'the signature algorithm of a CRL has exactly the prescribed bytes',
  clause: 'TLS BR 2.2.6 §7.2, §7.1.3.2',
  severity: 'error',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  check: ({ crl: { tbsSignatureAlgorithm } }) => {
    const hex = hexOf(tbsSignatureAlgorithm.der);
    return SIGNATURE_IDENTIFIERS.has(hex)
      ? []
      : [`the signature algorithm is ${hex}, expected one of RSA or ECDSA with SHA-2`];
  },
});
