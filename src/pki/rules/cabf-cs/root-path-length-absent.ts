import { defineRule } from '../../rule.ts';
import { ofRoot } from '../../rule-scope.ts';

export const rootPathLengthAbsent = defineRule({
  id: 'cabf-cs/root-path-length-absent',
  title: 'a root has no path length',
  clause: 'CSBR 3.10 §7.1.2.1',
  severity: 'warning',
  appliesTo: 'certificate',
  when: ofRoot,
  check: ({ basicConstraints }) =>
    basicConstraints?.pathLength === undefined
      ? []
      : [`the path length is ${basicConstraints.pathLength}, expected none`],
});
