import { sameBytes } from '../../../der/reader.ts';
import { defineRule } from '../../rule.ts';
import { ofNewSubordinate } from '../../rule-scope.ts';

/** Two keys under one name are two CAs that nobody can tell apart. */
export const subordinateNameDistinct = defineRule({
  id: 'private/subordinate-name-distinct',
  title: 'a subordinate CA does not have the name of its issuer',
  clause: 'docs/checks.md',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofNewSubordinate,
  check: ({ certificate: { issuer, subject } }) =>
    sameBytes(issuer.der, subject.der) ? ['the subject is the issuer'] : [],
});
