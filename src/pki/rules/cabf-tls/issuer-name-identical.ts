import { sameBytes } from '../../../der/reader.ts';
import { defineRule } from '../../rule.ts';
import { belowRoot, signerOf } from '../../rule-scope.ts';

export const issuerNameIdentical = defineRule({
  id: 'cabf-tls/issuer-name-identical',
  title: "the issuer is the subject of the issuing CA's certificate, byte for byte",
  clause: 'TLS BR 2.2.6 §7.1.4.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: belowRoot,
  check: (subject, context) =>
    sameBytes(subject.certificate.issuer.der, signerOf(subject, context).certificate.subject.der)
      ? []
      : ["the issuer differs from the subject of the issuing CA's certificate"],
});
