import { hexOf } from '../../../der/values.ts';
import { defineRule } from '../../rule.ts';
import { SIGNATURE_IDENTIFIERS } from '../../tls-algorithms.ts';

export const signatureAlgorithm = defineRule({
  id: 'cabf-tls/signature-algorithm',
  title: 'the signature algorithm has exactly the prescribed bytes',
  clause: 'TLS BR 2.2.6 §7.1.3.2',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate: { tbsSignatureAlgorithm } }) => {
    const hex = hexOf(tbsSignatureAlgorithm.der);
    return SIGNATURE_IDENTIFIERS.has(hex)
      ? []
      : [`the signature algorithm is ${hex}, expected one of RSA or ECDSA with SHA-2`];
  },
});
