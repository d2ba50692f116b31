import { addDuration, formatUtc, parseUtc } from '../base/dates.ts';
import { RULE_PACKS } from '../pki/rule-packs.ts';
import type { Problem } from '../script/problem.ts';
import { ruleOf } from './lint-draft.ts';

/** A rule that judges what a script makes on one day and not on the other. */
export interface RuleChange {
  /** The first day (UTC) on which it is so: `YYYY-MM-DD`. */
  readonly day: string;
  readonly rule: string;
  readonly clause: string;
  readonly change: 'comes into force' | 'lapses';
}

/**
 * What changes for a script between two moments: dated rules of its packs that come into force or lapse in between, and that
 * it breaks while they hold. Sorted by day, then by rule.
 * @param before the problems of the script planned for `from`, UTC
 * @param after those of the same script planned for `to`
 */
export function ruleChanges(
  packs: readonly string[],
  [from, to]: readonly [string, string],
  before: readonly Problem[],
  after: readonly Problem[],
): RuleChange[] {
  const [firstDay, lastDay] = [from.slice(0, 10), to.slice(0, 10)];
  const within = (day: string) => day > firstDay && day <= lastDay;
  const broken = [before, after].map((problems) => new Set(problems.map(ruleOf)));
  return packs
    .flatMap((name) => RULE_PACKS.get(name)?.rules ?? [])
    .flatMap(({ id: rule, clause, effective = {} }): RuleChange[] => {
      const lapses = effective.until && dayAfter(effective.until);
      return [
        ...(effective.from && within(effective.from) && broken[1]?.has(rule)
          ? [{ day: effective.from, rule, clause, change: 'comes into force' as const }]
          : []),
        ...(lapses && within(lapses) && broken[0]?.has(rule)
          ? [{ day: lapses, rule, clause, change: 'lapses' as const }]
          : []),
      ];
    })
    .sort((a, b) => (`${a.day} ${a.rule}` < `${b.day} ${b.rule}` ? -1 : 1));
}

function dayAfter(day: string): string {
  return formatUtc(addDuration(parseUtc(`${day}T00:00:00Z`), 'P1D')).slice(0, 10);
}
