import { defineRule } from '../../rule.ts';

export const rootPathLengthAbsent = defineRule({
  id: 'cabf-tls/root-path-length-absent',
  title: 'a root has no path length',
  clause: 'TLS BR 2.2.6 §7.1.2.1.4',
  severity: 'warning',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (_subject, { kind }) => kind === 'root-ca',
  check: ({ basicConstraints }) =>
    basicConstraints?.pathLength === undefined
      ? []
      : [`the path length is ${basicConstraints.pathLength}, which is not recommended in a root`],
});
