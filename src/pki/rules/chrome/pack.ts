import type { RulePack } from '../../rule.ts';
import { rootTerm } from './root-term.ts';
import { subordinatePurposes } from './subordinate-purposes.ts';
import { subordinatePurposesOfApplicant } from './subordinate-purposes-of-applicant.ts';
import { subordinatePurposesUntil2026 } from './subordinate-purposes-until-2026.ts';

/**
 * Of the policy of 2025-02-15, what can be judged from the bytes of CA certificates; later versions were read second hand, and
 * keep these rules. It strengthens the Baseline Requirements, and does not repeat them.
 * Sorted by id; each rule is a file of this folder.
 */
export const chrome: RulePack = {
  name: 'chrome',
  version: '1.6',
  title: 'Chrome Root Program Policy',
  needs: ['rfc5280', 'cabf-tls'],
  rules: [rootTerm, subordinatePurposes, subordinatePurposesOfApplicant, subordinatePurposesUntil2026],
};
