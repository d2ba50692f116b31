import { sameBytes } from '../../../der/reader.ts';
import { defineRule } from '../../rule.ts';
import { existingOf, ofCross } from '../../rule-scope.ts';

export const crossKeyIdentical = defineRule({
  id: 'cabf-tls/cross-key-identical',
  title: 'the public key of a cross-certificate is that of the existing certificate',
  clause: 'TLS BR 2.2.6 §7.1.2.2',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofCross,
  check: (subject, context) =>
    sameBytes(subject.certificate.spki.der, existingOf(subject, context).certificate.spki.der)
      ? []
      : ["the public key is not the existing certificate's"],
});
