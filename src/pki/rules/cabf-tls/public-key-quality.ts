import { checkPublicKey } from '../../../x509/key-check.ts';
import { defineRule } from '../../rule.ts';

export const publicKeyQuality = defineRule({
  id: 'cabf-tls/public-key-quality',
  title: 'the public key has an allowed size and sound parameters',
  clause: 'TLS BR 2.2.6 §6.1.5, §6.1.6',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate }) => checkPublicKey(certificate.spki),
});
