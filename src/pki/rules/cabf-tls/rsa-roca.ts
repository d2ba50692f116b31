import { hasRocaFingerprint, modulusOf } from '../../rsa-weakness.ts';
import { defineRule } from '../../rule.ts';

export const rsaRoca = defineRule({
  id: 'cabf-tls/rsa-roca',
  title: 'an RSA modulus does not have the fingerprint of CVE-2017-15361 (ROCA)',
  clause: 'TLS BR 2.2.6 §6.1.1.3',
  severity: 'error',
  effective: { from: '2024-11-15' },
  appliesTo: 'certificate',
  when: ({ certificate }) => modulusOf(certificate.spki) !== undefined,
  check: ({ certificate }) => {
    const modulus = modulusOf(certificate.spki);
    return modulus !== undefined && hasRocaFingerprint(modulus) ? ['the RSA modulus has the ROCA fingerprint'] : [];
  },
});
