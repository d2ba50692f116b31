import type { GeneralName } from '../../../x509/general-name.ts';
import { defineRule } from '../../rule.ts';
import { ofTlsSubordinate } from '../../rule-scope.ts';

/** Each kind of name by its encoding in a subtree, and the name that stands for all of them. */
const KINDS = [
  ['dNSName', ({ kind }) => kind === 'dNSName', 0],
  ['IPv4', ({ kind, der }) => kind === 'iPAddress' && der.length === 2 + 8, 8],
  ['IPv6', ({ kind, der }) => kind === 'iPAddress' && der.length === 2 + 32, 32],
] as const satisfies readonly (readonly [string, (base: GeneralName) => boolean, number])[];

/** What it leaves open it may sign: then it is a CA like others (§7.1.2.6), and is disclosed and audited like them. */
export const nameConstraintsComplete = defineRule({
  id: 'cabf-tls/name-constraints-complete',
  title: 'a CA for TLS servers with nameConstraints constrains every kind of name, and so is technically constrained',
  clause: 'TLS BR 2.2.6 §7.1.2.5.2',
  severity: 'notice',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) => ofTlsSubordinate(subject, context) && subject.nameConstraints !== undefined,
  check: ({ nameConstraints: { permitted = [], excluded = [] } = { permitted: [], excluded: [] } }) => [
    ...KINDS.filter(([, isOfKind, octets]) => {
      const isWhole = ({ der }: GeneralName) =>
        der.length === 2 + octets && der.subarray(2).every((octet) => octet === 0);
      return (
        !permitted.some(({ base }) => isOfKind(base)) && !excluded.some(({ base }) => isOfKind(base) && isWhole(base))
      );
    }).map(([name]) => `${name} is neither permitted in part nor excluded as a whole`),
    ...(permitted.some(({ base }) => base.kind === 'directoryName') ? [] : ['no directoryName is permitted']),
  ],
});
