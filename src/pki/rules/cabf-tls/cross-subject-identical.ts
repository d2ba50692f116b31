import { sameBytes } from '../../../der/reader.ts';
import { hexOf } from '../../../der/values.ts';
import { defineRule } from '../../rule.ts';
import { existingOf, ofCross } from '../../rule-scope.ts';

export const crossSubjectIdentical = defineRule({
  id: 'cabf-tls/cross-subject-identical',
  title: 'the subject of a cross-certificate is that of the existing certificate, byte for byte',
  clause: 'TLS BR 2.2.6 §7.1.2.2.2',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofCross,
  check: (subject, context) => {
    const [found, expected] = [subject.certificate.subject.der, existingOf(subject, context).certificate.subject.der];
    return sameBytes(found, expected)
      ? []
      : [`the subject is ${hexOf(found)}, that of the existing certificate ${hexOf(expected)}`];
  },
});
