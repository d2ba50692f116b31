import { defineRule } from '../../rule.ts';

export const nameConstraintsNotEmpty = defineRule({
  id: 'rfc5280/name-constraints-not-empty',
  title: 'nameConstraints permits or excludes something',
  clause: 'RFC 5280 §4.2.1.10',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ nameConstraints }) => nameConstraints !== undefined,
  check: ({ nameConstraints }) =>
    nameConstraints?.permitted || nameConstraints?.excluded
      ? []
      : ['nameConstraints neither permits nor excludes anything'],
});
