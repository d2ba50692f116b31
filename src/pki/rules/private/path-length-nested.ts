import { defineRule } from '../../rule.ts';
import { ofSubordinate, signerOf } from '../../rule-scope.ts';

/** It would promise what no path through the issuer can keep. */
export const pathLengthNested = defineRule({
  id: 'private/path-length-nested',
  title: "the path length of a subordinate CA is less than its issuer's",
  clause: 'docs/checks.md',
  severity: 'warning',
  appliesTo: 'certificate',
  when: (subject, context) =>
    ofSubordinate(subject, context) && signerOf(subject, context).basicConstraints?.pathLength !== undefined,
  check: (subject, context) => {
    const above = signerOf(subject, context).basicConstraints?.pathLength ?? 0;
    const own = subject.basicConstraints?.pathLength;
    if (own !== undefined && own < above) return [];
    return [`the path length is ${own ?? 'not limited'}, and the issuer's ${above}: expected less`];
  },
});
