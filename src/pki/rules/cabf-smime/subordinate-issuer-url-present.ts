import { defineRule } from '../../rule.ts';
import { namesIssuerByHttp } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const subordinateIssuerUrlPresent = defineRule({
  id: 'cabf-smime/subordinate-issuer-url-present',
  title: "a subordinate CA has authorityInfoAccess with an http URL of its issuer's certificate",
  clause: 'S/MIME BR 1.0.10 §7.1.2.2',
  severity: 'warning',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: namesIssuerByHttp,
});
