import { defineRule } from '../../rule.ts';
import { subtreesOf } from '../../rule-checks.ts';
import { ofTlsSubordinate } from '../../rule-scope.ts';

const KINDS = ['dNSName', 'iPAddress'] as const;

/** What it leaves open it may sign: then it is a CA like others (§7.1.2.6), and is disclosed and audited like them. */
export const nameConstraintsComplete = defineRule({
  id: 'cabf-tls/name-constraints-complete',
  title: 'a CA for TLS servers with nameConstraints constrains every kind of name, and so is technically constrained',
  clause: 'TLS BR 2.2.6 §7.1.2.5.2',
  severity: 'notice',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) => ofTlsSubordinate(subject, context) && subject.nameConstraints !== undefined,
  check: ({ nameConstraints }) => {
    const kinds = subtreesOf(nameConstraints).map(({ base }) => base.kind);
    const permits = nameConstraints?.permitted?.some(({ base }) => base.kind === 'directoryName') === true;
    return [
      ...KINDS.filter((kind) => !kinds.includes(kind)).map((kind) => `no subtree constrains ${kind}`),
      ...(permits ? [] : ['no directoryName is permitted']),
    ];
  },
});
