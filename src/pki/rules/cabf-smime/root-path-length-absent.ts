import { defineRule } from '../../rule.ts';
import { ofRoot } from '../../rule-scope.ts';

export const rootPathLengthAbsent = defineRule({
  id: 'cabf-smime/root-path-length-absent',
  title: 'a root has no path length',
  clause: 'S/MIME BR 1.0.10 §7.1.2.1',
  severity: 'warning',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  when: ofRoot,
  check: ({ basicConstraints }) =>
    basicConstraints?.pathLength === undefined
      ? []
      : [`the path length is ${basicConstraints.pathLength}, expected none`],
});
