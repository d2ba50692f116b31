import { defineRule } from '../../rule.ts';
import { namesIssuerByHttp } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const subordinateIssuerUrlPresent = defineRule({
  id: 'cabf-cs/subordinate-issuer-url-present',
  title: "a subordinate CA has authorityInfoAccess with an http URL of its issuer's certificate",
  clause: 'CSBR 3.10 §7.1.2.2',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: namesIssuerByHttp,
});
