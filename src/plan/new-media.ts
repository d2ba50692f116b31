import { escapeForeign } from '../base/text.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { heldOn } from '../ledger/media.ts';
import type { Positions } from '../script/positions.ts';
import type { Plan } from './plan.ts';
import type { PlanReporter } from './reporter.ts';

/**
 * A medium is known by its name, in the ledger and in the custody register. A new one under the name of one that still
 * holds shares, a wrapped key or files of keys would take its place there, and when it is destroyed, both would count as gone.
 * @param ledger of the previous pack
 */
export function holdNewMedia(
  { materials }: Pick<Plan, 'materials'>,
  ledger: Pick<Ledger, 'custody' | 'shareSets' | 'backups' | 'keyFiles'>,
  positions: Positions,
  reporter: PlanReporter,
): void {
  for (const { name, kind, arrives, units } of materials) {
    if ((kind !== 'medium' && kind !== 'paper-share') || arrives !== 'blank') continue;
    const taken = units.flatMap(({ unit }) =>
      heldOn(unit, ledger)
        .slice(0, 1)
        .map((what) => ({ unit, what })),
    );
    const [first] = taken;
    if (!first) continue;
    reporter.atKey(
      positions,
      ['materials', name],
      'PLAN_NAME',
      `${taken.map(({ unit }) => `"${unit}"`).join(', ')} of this ceremony ${taken.length === 1 ? 'is' : 'are'} blank, and the ledger of the previous pack has a ${kind === 'medium' ? kind : 'page'} "${first.unit}" that is not destroyed and holds ${escapeForeign(first.what)}`,
      'media are known by their names: give the new one another, or bring that one, sealed',
    );
  }
}
