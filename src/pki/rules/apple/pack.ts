import type { RulePack } from '../../rule.ts';
import { rootKeySize } from './root-key-size.ts';
import { subordinatePurposes } from './subordinate-purposes.ts';

/**
 * What can be judged from the bytes of CA certificates. Its purposes are more than TLS servers, so that it needs no other
 * policy; the Baseline Requirements of each purpose are packs of their own.
 * Sorted by id; each rule is a file of this folder.
 */
export const apple: RulePack = {
  name: 'apple',
  version: '2.0',
  title: 'Apple Root Program Policy',
  needs: ['rfc5280'],
  rules: [rootKeySize, subordinatePurposes],
};
