import { oidName } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';

export const purposesDistinct = defineRule({
  id: 'private/purposes-distinct',
  title: 'no purpose is there twice',
  clause: 'docs/checks.md',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ extKeyUsage }) => extKeyUsage !== undefined,
  check: ({ extKeyUsage = [] }) =>
    [...new Set(extKeyUsage.filter((oid, index) => extKeyUsage.indexOf(oid) !== index))].map(
      (oid) => `the purpose ${oidName(oid) ?? oid} is there more than once`,
    ),
});
