import { defineRule } from '../../rule.ts';
import { subtreesOf } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

const KINDS: readonly string[] = ['dNSName', 'iPAddress', 'directoryName'];

export const nameConstraintsKinds = defineRule({
  id: 'cabf-tls/name-constraints-kinds',
  title: 'subtrees are of the kinds dNSName, iPAddress and directoryName',
  clause: 'TLS BR 2.2.6 §7.1.2.10.8',
  severity: 'warning',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) => ofSubordinate(subject, context) && subject.nameConstraints !== undefined,
  check: ({ nameConstraints }) =>
    subtreesOf(nameConstraints)
      .filter(({ base }) => !KINDS.includes(base.kind))
      .map(({ base }) => `a subtree is of the kind ${base.kind}, which is not recommended`),
});
