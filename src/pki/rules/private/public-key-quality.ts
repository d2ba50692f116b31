import { checkPublicKey } from '../../../x509/key-check.ts';
import { defineRule } from '../../rule.ts';

export const publicKeyQuality = defineRule({
  id: 'private/public-key-quality',
  title: 'the public key has an allowed size and sound parameters',
  clause: 'docs/checks.md',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate }) => checkPublicKey(certificate.spki),
});
