import { OWN_BOX } from '../ledger/custody.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { thresholdsFor } from '../quorum/roster.ts';
import type { Positions } from '../script/positions.ts';
import type { Site } from '../script/site.ts';
import { placeOf, SEALS, unitsOfStep } from './custody.ts';
import { allActs, type Plan } from './plan.ts';
import type { PlanReporter } from './reporter.ts';

/** Things by which, alone or with a PIN, their holder opens something. */
const OPENS: readonly string[] = ['quorum-token', 'paper-share'];

/** Where the boxes of the people are, as the site has it. @returns empty where it says of none */
export function bindBoxes(site: Site | undefined): Pick<Plan, 'boxes'> {
  return site?.boxes === undefined ? {} : { boxes: site.boxes };
}

/**
 * Warns of boxes of people who are not there, of whose box nobody says where it is, and of boxes that lie in one place, where
 * as many things lie as nearly open an HSM. Nothing of it refuses a plan: where a person keeps their box, no program can tell.
 * @param ledger of before: what an earlier site said
 */
export function holdBoxes(
  plan: Plan,
  site: { readonly site: Site; readonly positions: Positions },
  ledger: Ledger | undefined,
  reporter: PlanReporter,
): void {
  const warn = (path: readonly string[], text: string, hint?: string) =>
    reporter.at(site.positions, path, 'PLAN_CUSTODY', text, hint, 'warning');
  const seated = new Set(Object.values(plan.seats).flat());
  for (const seat of Object.keys(plan.boxes ?? {}))
    if (!seated.has(seat)) warn(['boxes', seat], `"${seat}", whose box that is, has no seat in this ceremony`);
  const boxes: Readonly<Record<string, string>> = { ...ledger?.boxes, ...plan.boxes };
  const own = ownBoxes(plan);
  const unknown = own.filter((seat) => boxes[seat] === undefined);
  if (unknown.length > 0)
    warn(
      site.site.boxes === undefined ? ['people'] : ['boxes'],
      `${unknown.map((seat) => `"${seat}"`).join(', ')} keep what opens an HSM in a box of their own, and the site does not say where it is: whether such boxes lie in one place cannot be told`,
      `boxes: { ${unknown[0]}: PLACE, … }`,
    );
  const { userThreshold } = thresholdsFor((name) => plan.quorums[name]);
  for (const [place, seats] of Map.groupBy(own, (seat) => boxes[seat]))
    if (place !== undefined && seats.length >= Math.max(2, userThreshold - 1))
      warn(
        site.site.boxes === undefined ? ['people'] : ['boxes'],
        `the boxes of ${seats.map((seat) => `"${seat}"`).join(', ')} lie in one place, "${place}": ${seats.length} of the ${userThreshold} that open an HSM`,
      );
}

/** Seats whose token or page goes into a box of their own, each once, in the order of the script. */
function ownBoxes(plan: Plan): readonly string[] {
  const kinds = new Map(plan.materials.map(({ name, kind }) => [name, kind]));
  const seats = allActs(plan).flatMap(({ steps }) =>
    steps.flatMap((step) => {
      if (step.type !== SEALS || !OPENS.includes(kinds.get(String(step.params['item'])) ?? '')) return [];
      const units = unitsOfStep(plan, step).filter(({ unit }) => placeOf(step, plan, unit) === OWN_BOX);
      return units.flatMap(({ seat }) => seat ?? []);
    }),
  );
  return [...new Set(seats)];
}
