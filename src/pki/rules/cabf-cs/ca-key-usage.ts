import { defineRule } from '../../rule.ts';
import { signsAsCa } from '../../rule-checks.ts';
import { ofCa } from '../../rule-scope.ts';

export const caKeyUsage = defineRule({
  id: 'cabf-cs/ca-key-usage',
  title: 'a CA has keyUsage, critical, with keyCertSign and cRLSign',
  clause: 'CSBR 3.10 §7.1.2.1, §7.1.2.2',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofCa,
  check: signsAsCa,
});
