import { defineRule } from '../../rule.ts';
import { signsAsCa } from '../../rule-checks.ts';
import { ofCa } from '../../rule-scope.ts';

export const caKeyUsage = defineRule({
  id: 'cabf-smime/ca-key-usage',
  title: 'a CA has keyUsage, critical, with keyCertSign and cRLSign',
  clause: 'S/MIME BR 1.0.10 §7.1.2.1, §7.1.2.2',
  severity: 'error',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  when: ofCa,
  check: signsAsCa,
});
