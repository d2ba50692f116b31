import { formatUtc, parseUtc } from '../../../base/dates.ts';
import { defineRule } from '../../rule.ts';
import { DAY_SECONDS } from '../../validity.ts';

export const rootNotBefore = defineRule({
  id: 'cabf-tls/root-not-before',
  title: "a root's notBefore is at most a day before the signing, and not after it",
  clause: 'TLS BR 2.2.6 §7.1.2.1.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (_subject, { kind }) => kind === 'root-ca',
  check: ({ certificate: { notBefore } }, { plannedAt }) => {
    const earliest = formatUtc(parseUtc(plannedAt) - DAY_SECONDS * 1000);
    if (notBefore.at >= earliest && notBefore.at <= plannedAt) return [];
    return [`notBefore is ${notBefore.at}, expected ${earliest} to ${plannedAt}, when it is signed`];
  },
});
