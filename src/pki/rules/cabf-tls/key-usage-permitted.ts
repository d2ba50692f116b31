import { defineRule } from '../../rule.ts';
import { ofCa } from '../../rule-scope.ts';

/** digitalSignature lets the CA key sign OCSP responses. */
const PERMITTED: readonly string[] = ['digitalSignature', 'keyCertSign', 'cRLSign'];

export const keyUsagePermitted = defineRule({
  id: 'cabf-tls/key-usage-permitted',
  title: 'keyUsage of a CA certificate has no bits but digitalSignature, keyCertSign and cRLSign',
  clause: 'TLS BR 2.2.6 §7.1.2.10.7',
  severity: 'error',
  version: 2,
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) => ofCa(subject, context) && subject.keyUsage !== undefined,
  check: ({ keyUsage }) =>
    (keyUsage?.names ?? [])
      .filter((name) => !PERMITTED.includes(name))
      .map((name) => `keyUsage has ${name}, which a CA certificate must not`),
});
