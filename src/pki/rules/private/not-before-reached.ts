import { defineRule } from '../../rule.ts';

export const notBeforeReached = defineRule({
  id: 'private/not-before-reached',
  title: 'notBefore is not after the signing',
  clause: 'docs/checks.md',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate: { notBefore } }, { plannedAt }) =>
    notBefore.at <= plannedAt ? [] : [`notBefore is ${notBefore.at}, after ${plannedAt}, when it is signed`],
});
