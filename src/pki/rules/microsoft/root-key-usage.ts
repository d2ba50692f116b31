import { defineRule } from '../../rule.ts';
import { signsAsCa } from '../../rule-checks.ts';
import { ofRoot } from '../../rule-scope.ts';

export const rootKeyUsage = defineRule({
  id: 'microsoft/root-key-usage',
  title: 'a root has keyUsage, critical, with keyCertSign and cRLSign',
  clause: 'Microsoft Trusted Root Program 1.2 §3.1.6',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofRoot,
  check: signsAsCa,
});
