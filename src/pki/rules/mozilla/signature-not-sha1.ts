import { sha1Fault } from '../../mozilla-signatures.ts';
import { defineRule } from '../../rule.ts';

export const signatureNotSha1 = defineRule({
  id: 'mozilla/signature-not-sha1',
  title: 'a CA certificate is not signed over SHA-1',
  clause: 'MRSP 3.1 §5.1.3',
  severity: 'error',
  effective: { from: '2023-07-01' },
  appliesTo: 'certificate',
  check: ({ certificate: { tbsSignatureAlgorithm } }) => sha1Fault(tbsSignatureAlgorithm),
});
