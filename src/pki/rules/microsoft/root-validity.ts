import { defineRule } from '../../rule.ts';
import { yearsFault } from '../../rule-checks.ts';
import { ofRoot } from '../../rule-scope.ts';

/**
 * As read second hand, in the pull request that changed it. Measured from notBefore: the submission comes later, so that a
 * root that is kept here is kept there.
 */
export const rootValidity = defineRule({
  id: 'microsoft/root-validity',
  title: 'a root is valid for at most 10 years',
  clause: 'Microsoft Trusted Root Program 1.2 §3.1.8',
  severity: 'error',
  effective: { from: '2026-07-01' },
  appliesTo: 'certificate',
  when: ofRoot,
  check: ({ certificate: { notBefore, notAfter } }) => yearsFault(notBefore.at, notAfter.at, 0, 10),
});
