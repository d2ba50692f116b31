import { formatUtc, parseUtc } from '../../../base/dates.ts';
import { defineRule } from '../../rule.ts';
import { existingOf, ofCross } from '../../rule-scope.ts';
import { DAY_SECONDS } from '../../validity.ts';

export const crossNotBefore = defineRule({
  id: 'cabf-tls/cross-not-before',
  title: 'notBefore of a cross-certificate is not before that of the existing one, or a day before the signing',
  clause: 'TLS BR 2.2.6 §7.1.2.2.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofCross,
  check: (subject, context) => {
    const { notBefore } = subject.certificate;
    const dayBefore = formatUtc(parseUtc(context.plannedAt) - DAY_SECONDS * 1000);
    const existing = existingOf(subject, context).certificate.notBefore.at;
    const earliest = existing < dayBefore ? existing : dayBefore;
    if (notBefore.at >= earliest && notBefore.at <= context.plannedAt) return [];
    return [`notBefore is ${notBefore.at}, expected ${earliest} to ${context.plannedAt}, when it is signed`];
  },
});
