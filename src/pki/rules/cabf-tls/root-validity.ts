import { defineRule } from '../../rule.ts';
import { DAY_SECONDS, describeSeconds, validitySeconds } from '../../validity.ts';

const [LEAST_DAYS, MOST_DAYS] = [2922, 9132];

export const rootValidity = defineRule({
  id: 'cabf-tls/root-validity',
  title: `a root is valid for ${LEAST_DAYS} to ${MOST_DAYS} days, the last second included`,
  clause: 'TLS BR 2.2.6 §7.1.2.1.1, §6.3.2',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ({ certificate }, { kind }) => kind === 'root-ca' && certificate.notBefore.at <= certificate.notAfter.at,
  check: ({ certificate: { notBefore, notAfter } }) => {
    const seconds = validitySeconds(notBefore.at, notAfter.at);
    if (seconds >= LEAST_DAYS * DAY_SECONDS && seconds <= MOST_DAYS * DAY_SECONDS) return [];
    return [`the validity is ${describeSeconds(seconds)}, expected ${LEAST_DAYS} to ${MOST_DAYS} days`];
  },
});
