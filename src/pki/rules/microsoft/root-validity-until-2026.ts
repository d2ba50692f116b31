import { defineRule } from '../../rule.ts';
import { yearsFault } from '../../rule-checks.ts';
import { ofRoot } from '../../rule-scope.ts';

/** The policy measures from the submission to the program, which comes after the signing: notBefore stands for it. */
export const rootValidityUntil2026 = defineRule({
  id: 'microsoft/root-validity-until-2026',
  title: 'a root is valid for 8 to 25 years',
  clause: 'Microsoft Trusted Root Program 1.2 §3.1.8',
  severity: 'error',
  effective: { until: '2026-06-30' },
  appliesTo: 'certificate',
  when: ofRoot,
  check: ({ certificate: { notBefore, notAfter } }) => yearsFault(notBefore.at, notAfter.at, 8, 25),
});
