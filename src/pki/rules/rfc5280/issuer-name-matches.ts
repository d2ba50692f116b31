import { sameBytes } from '../../../der/reader.ts';
import { hexOf } from '../../../der/values.ts';
import { defineRule } from '../../rule.ts';
import { belowRoot, signerOf } from '../../rule-scope.ts';

export const issuerNameMatches = defineRule({
  id: 'rfc5280/issuer-name-matches',
  title: "the issuer is the subject of the issuer's certificate, byte for byte",
  clause: 'RFC 5280 §4.1.2.4, §4.1.2.6, §6.1.3 (a) (4)',
  severity: 'error',
  appliesTo: 'certificate',
  when: belowRoot,
  check: (subject, context) => {
    const [found, expected] = [subject.certificate.issuer.der, signerOf(subject, context).certificate.subject.der];
    return sameBytes(found, expected) ? [] : [`the issuer is ${hexOf(found)}, expected ${hexOf(expected)}`];
  },
});
