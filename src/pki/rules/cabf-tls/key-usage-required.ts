import { defineRule } from '../../rule.ts';
import { ofCa } from '../../rule-scope.ts';

export const keyUsageRequired = defineRule({
  id: 'cabf-tls/key-usage-required',
  title: 'keyUsage of a CA certificate has keyCertSign and cRLSign',
  clause: 'TLS BR 2.2.6 §7.1.2.10.7',
  severity: 'error',
  version: 2,
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofCa,
  check: ({ keyUsage }) =>
    (['keyCertSign', 'cRLSign'] as const)
      .filter((name) => !keyUsage?.names.includes(name))
      .map((name) => `keyUsage lacks ${name}`),
});
