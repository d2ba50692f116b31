import { memberOf, type Roster } from '../quorum/roster.ts';
import { isSealedTo, type ShareRecord } from '../quorum/share-set.ts';
import type { Positions } from '../script/positions.ts';
import { type Plan, stepsOf } from './plan.ts';
import type { PlanReporter } from './reporter.ts';
import { changeOf } from './roster-change.ts';

/**
 * Holds each rotation of a share set that earlier ceremonies made to those who can open that once more: who is here, with a token
 * that their share is sealed to. Whoever has another one by the roster, or gets one in this ceremony, has lost their share.
 * @param roster undefined where a script is judged alone
 */
export function holdOpeners(
  plan: Plan,
  paths: ReadonlyMap<string, readonly (string | number)[]>,
  positions: Positions,
  roster: Roster | undefined,
  reporter: PlanReporter,
): void {
  const judged = new Set<string>();
  for (const { key, type, params } of stepsOf(plan)) {
    if (type !== 'rotate-activation') continue;
    const kind = params['set'] === 'security-officer' ? 'so' : params['set'];
    const old = plan.tokens.find(({ name }) => name === params['token'])?.sets?.find((set) => set.kind === kind);
    // One that the script has replaced before is no longer that of the ledger.
    if (!old || judged.has(old.id)) continue;
    judged.add(old.id);
    const here = new Set(Object.values(plan.seats).flat());
    const present = old.shares.filter(({ seat }) => here.has(seat));
    const open = present.filter((share) => !isLost(plan, share, roster));
    if (open.length >= old.threshold) continue;
    const lost = present.filter((share) => !open.includes(share));
    const others = lost.length === 0 ? '' : `; sealed to an old token is the share of ${inRow(lost)}`;
    reporter.at(
      positions,
      [...(paths.get(key) ?? []), 'with', 'set'],
      'PLAN_PEOPLE',
      `${old.threshold} custodians of the set that is replaced open it once more; ${open.length} of those who are here can (${inRow(open) || 'nobody'})${others}`,
    );
  }
}

function isLost(plan: Plan, share: ShareRecord, roster: Roster | undefined): boolean {
  if (changeOf(plan)?.renews.includes(share.seat)) return true;
  const tokens = roster && memberOf(roster, share.seat)?.tokens;
  return tokens !== undefined && !isSealedTo(share, tokens);
}

function inRow(shares: readonly ShareRecord[]): string {
  return shares.map(({ seat }) => seat).join(', ');
}
