import { defineRule } from '../../rule.ts';
import { subtreesOf } from '../../rule-checks.ts';

export const nameConstraintsBounds = defineRule({
  id: 'rfc5280/name-constraints-bounds',
  title: 'a subtree has the minimum 0 and no maximum',
  clause: 'RFC 5280 §4.2.1.10',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ nameConstraints }) => nameConstraints !== undefined,
  check: ({ nameConstraints }) =>
    subtreesOf(nameConstraints).flatMap(({ base, minimum, maximum }) => [
      ...(minimum === 0 ? [] : [`a subtree of ${base.kind} has the minimum ${minimum}, expected none`]),
      ...(maximum === undefined ? [] : [`a subtree of ${base.kind} has the maximum ${maximum}, expected none`]),
    ]),
});
