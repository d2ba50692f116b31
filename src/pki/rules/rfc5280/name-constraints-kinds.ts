import { defineRule } from '../../rule.ts';
import { subtreesOf } from '../../rule-checks.ts';

const UNCONSTRAINED: readonly string[] = ['x400Address', 'ediPartyName', 'registeredID'];

export const nameConstraintsKinds = defineRule({
  id: 'rfc5280/name-constraints-kinds',
  title: 'no subtree is of a kind of name that cannot be constrained',
  clause: 'RFC 5280 §4.2.1.10',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ nameConstraints }) => nameConstraints !== undefined,
  check: ({ nameConstraints }) =>
    subtreesOf(nameConstraints)
      .filter(({ base }) => UNCONSTRAINED.includes(base.kind))
      .map(({ base }) => `a subtree is of the kind ${base.kind}, which must not be constrained`),
});
