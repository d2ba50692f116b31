import { formatUtc, parseUtc } from '../../../base/dates.ts';
import { defineRule } from '../../rule.ts';
import { ofNewSubordinate, ofResponder } from '../../rule-scope.ts';
import { DAY_SECONDS } from '../../validity.ts';

export const notBeforeWindow = defineRule({
  id: 'cabf-tls/not-before-window',
  title: 'notBefore is at most a day before the signing, and not after it',
  clause: 'TLS BR 2.2.6 §7.1.2.10.1, §7.1.2.8.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) => ofNewSubordinate(subject, context) || ofResponder(subject, context),
  check: ({ certificate: { notBefore } }, { plannedAt }) => {
    const earliest = formatUtc(parseUtc(plannedAt) - DAY_SECONDS * 1000);
    if (notBefore.at >= earliest && notBefore.at <= plannedAt) return [];
    return [`notBefore is ${notBefore.at}, expected ${earliest} to ${plannedAt}, when it is signed`];
  },
});
