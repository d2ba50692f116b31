import { defineRule } from '../../rule.ts';
import { ofOtherSubordinate } from '../../rule-scope.ts';

export const subordinateOtherPurposesSingle = defineRule({
  id: 'cabf-tls/subordinate-other-purposes-single',
  title: 'a subordinate CA for anything but TLS servers has one purpose',
  clause: 'TLS BR 2.2.6 §7.1.2.3.3',
  severity: 'warning',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofOtherSubordinate,
  check: ({ extKeyUsage = [] }) =>
    extKeyUsage.length > 1 ? [`extKeyUsage has ${extKeyUsage.length} purposes, expected one`] : [],
});
