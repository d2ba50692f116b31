import { defineRule } from '../../rule.ts';

export const notAfterFuture = defineRule({
  id: 'private/not-after-future',
  title: 'notAfter is not before the signing',
  clause: 'docs/checks.md',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate: { notAfter } }, { plannedAt }) =>
    notAfter.at >= plannedAt ? [] : [`notAfter is ${notAfter.at}, before ${plannedAt}, when it is signed`],
});
