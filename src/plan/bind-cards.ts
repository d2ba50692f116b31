import type { Positions } from '../script/positions.ts';
import type { Script } from '../script/script.ts';
import type { Site } from '../script/site.ts';
import { MAKES_ROSTER, type PlannedCard } from './plan.ts';
import type { PlanReporter } from './reporter.ts';
import { enrolledRoles } from './roster-change.ts';

type EnrolledToken = NonNullable<NonNullable<Site['quorum-tokens']>['enrols']>[string][number];

/**
 * The quorum tokens that are enrolled, from the site: all in a first enrolment, those of whoever joins where a roster is
 * changed. A ceremony either makes the first roster or is held by one: never both, and never neither.
 */
export function bindCards(
  script: Script,
  site: { site: Site; positions: Positions } | undefined,
  reporter: PlanReporter,
): Record<string, readonly PlannedCard[]> {
  if (!site) return {};
  const { positions } = site;
  const founds = script.acts.some((act) => act.steps.some((step) => step.step === MAKES_ROSTER));
  const { roster, 'quorum-tokens': tokens } = site.site;
  if (founds && roster !== undefined) {
    reporter.at(
      positions,
      ['roster'],
      'PLAN_ROSTER',
      `the script makes the first roster, and the site names "${roster}"`,
      'leave it out; members of a roster change in a ceremony of their own',
    );
  }
  if (!founds && roster === undefined)
    reporter.at(
      positions,
      [],
      'PLAN_ROSTER',
      'the site names no roster, expected "roster": only a first enrolment has none',
    );
  const enrols = tokens?.enrols;
  if (enrols === undefined) return {};
  const roles = enrolledRoles(script);
  if (!founds && roles.length === 0) {
    reporter.atKey(
      positions,
      ['quorum-tokens', 'enrols'],
      'PLAN_ROSTER',
      'the script enrols nobody, and the site names tokens to enrol',
    );
    return {};
  }
  const joining = founds ? undefined : roles.flatMap((role) => site.site.people[role] ?? []);
  const seen = new Map<string, string>();
  const cards: Record<string, readonly PlannedCard[]> = {};
  for (const [seat, named] of Object.entries(enrols)) {
    if (joining && !joining.includes(seat))
      reporter.atKey(
        positions,
        ['quorum-tokens', 'enrols', seat],
        'PLAN_ROSTER',
        `"${seat}" is to be enrolled, and is none of the people of "${roles.join('" or "')}", who join the roster${roles.length > 1 ? ', or stay on it with another token' : ''}`,
      );
    for (const [index, token] of named.entries()) {
      const say = (member: string, text: string, hint?: string) =>
        reporter.at(positions, ['quorum-tokens', 'enrols', seat, index, member], 'PLAN_TOKEN', text, hint);
      const { serial, key } = token;
      if (serial === '' && key === undefined)
        say(
          'serial',
          `nothing tells the token without a serial of "${seat}" from others`,
          'name its signing key: "key", the SHA-256 of its SubjectPublicKeyInfo',
        );
      const identity = key ?? serial;
      const before = seen.get(identity);
      if (before !== undefined)
        say(
          key === undefined ? 'serial' : 'key',
          `the token "${identity}" is to be enrolled for "${before}" and for "${seat}"; one token belongs to one person, once`,
          key === undefined
            ? 'tokens with one serial are told apart by "key", the SHA-256 of the signing key'
            : undefined,
        );
      seen.set(identity, seat);
    }
    cards[seat] = named.map(planned);
  }
  return cards;
}

/** What has its signing key named has keys, and keeps them. */
function planned({ serial, model, sign, open, keys, key }: EnrolledToken): PlannedCard {
  const keeps = keys === undefined && key === undefined ? {} : ({ keys: 'adopted' } as const);
  return { serial, model, sign: sign ?? null, open: open ?? null, ...keeps, ...(key === undefined ? {} : { key }) };
}
