import { addDuration, formatUtc, parseUtc } from '../../../base/dates.ts';
import { defineRule } from '../../rule.ts';
import { ofRoot } from '../../rule-scope.ts';

/** The age is that of the key: notBefore of a root that is made in the ceremony of its key stands for it. */
export const rootTerm = defineRule({
  id: 'chrome/root-term',
  title: 'a root ends while its key is trusted, which is 15 years',
  clause: 'Chrome Root Program Policy 1.6 §3.1.3',
  severity: 'notice',
  effective: { from: '2025-02-15' },
  appliesTo: 'certificate',
  when: ofRoot,
  check: ({ certificate: { notBefore, notAfter } }) => {
    const end = formatUtc(addDuration(parseUtc(notBefore.at), 'P15Y'));
    return notAfter.at > end
      ? [`notAfter is ${notAfter.at}, and the root is removed at ${end}, 15 years after notBefore`]
      : [];
  },
});
