import { defineRule } from '../../rule.ts';
import { ofResponder } from '../../rule-scope.ts';

export const responderNotCa = defineRule({
  id: 'private/responder-not-ca',
  title: 'an OCSP responder is no CA',
  clause: 'docs/checks.md',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofResponder,
  check: ({ basicConstraints, keyUsage }) => [
    ...(basicConstraints?.ca ? ['cA is TRUE'] : []),
    ...(['keyCertSign', 'cRLSign'] as const)
      .filter((name) => keyUsage?.names.includes(name))
      .map((name) => `keyUsage has ${name}`),
  ],
});
