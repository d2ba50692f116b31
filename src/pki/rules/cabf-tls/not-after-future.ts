import { defineRule } from '../../rule.ts';
import { belowRoot } from '../../rule-scope.ts';

export const notAfterFuture = defineRule({
  id: 'cabf-tls/not-after-future',
  title: 'notAfter is not before the signing',
  clause: 'TLS BR 2.2.6 §7.1.2.2.1, §7.1.2.10.1, §7.1.2.8.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: belowRoot,
  check: ({ certificate: { notAfter } }, { plannedAt }) =>
    notAfter.at >= plannedAt ? [] : [`notAfter is ${notAfter.at}, before ${plannedAt}, when it is signed`],
});
