import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { ofNewSubordinate } from '../../rule-scope.ts';

export const subordinatePurposePresent = defineRule({
  id: 'cabf-smime/subordinate-purpose-present',
  title: 'a subordinate CA has the purpose emailProtection',
  clause: 'S/MIME BR 1.0.10 §7.1.2.2',
  severity: 'error',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  when: ofNewSubordinate,
  check: ({ extKeyUsage = [] }) =>
    extKeyUsage.includes(OID.emailProtection) ? [] : ['extKeyUsage lacks emailProtection'],
});
