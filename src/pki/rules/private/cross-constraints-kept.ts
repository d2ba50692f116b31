import { defineRule } from '../../rule.ts';
import { existingOf, ofCross } from '../../rule-scope.ts';

/** Key usage, path length and, where the existing certificate names any, purposes: a difference is rarely meant. */
export const crossConstraintsKept = defineRule({
  id: 'private/cross-constraints-kept',
  title: 'a cross-certificate allows its CA what the existing certificate allows it',
  clause: 'docs/checks.md',
  severity: 'warning',
  appliesTo: 'certificate',
  when: ofCross,
  check: (subject, context) => {
    const kept = existingOf(subject, context);
    const differs = (what: string, own: string, before: string) =>
      own === before ? [] : [`${what} is ${own}, and that of the existing certificate ${before}`];
    const listed = (values: readonly string[] | undefined) => (values ? values.toSorted().join(' with ') : 'none');
    return [
      ...differs('keyUsage', listed(subject.keyUsage?.names), listed(kept.keyUsage?.names)),
      ...differs(
        'the path length',
        String(subject.basicConstraints?.pathLength ?? 'none'),
        String(kept.basicConstraints?.pathLength ?? 'none'),
      ),
      ...(kept.extKeyUsage ? differs('extKeyUsage', listed(subject.extKeyUsage), listed(kept.extKeyUsage)) : []),
    ];
  },
});
