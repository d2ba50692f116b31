import type { LedgerBackup, LedgerShareSet } from '../ledger/ledger.ts';
import { type Plan, stepsOf } from './plan.ts';
import type { PlannedChange } from './roster-change.ts';

/*
 * Shares that somebody who leaves a roster keeps, or that whoever has the old token of somebody who stays can open, and that
 * would still open something after the ceremony.
 */

/** What is wrong with that, and what to do. */
export interface ShareKept {
  readonly text: string;
  readonly hint: string;
}

/**
 * Why a share set is one that those who leave could still help to open; undefined for one that they could not.
 * @param backups wrapped copies by the ledger of before
 */
export function shareKept(
  plan: Plan,
  change: PlannedChange,
  set: LedgerShareSet,
  backups: readonly LedgerBackup[],
): ShareKept | undefined {
  if (set.state !== 'current' && set.state !== 'begun') return undefined;
  const theirs = set.shares.flatMap(({ seat }) =>
    change.leaves.includes(seat) || change.renews.includes(seat) ? [seat] : [],
  );
  if (theirs.length === 0) return undefined;
  const who = theirs.join(', ');
  return set.kind === 'kek' ? copyKept(plan, theirs, set, backups) : unrotated(plan, change, who, set);
}

function unrotated(plan: Plan, { step }: PlannedChange, who: string, set: LedgerShareSet): ShareKept | undefined {
  const names = plan.tokens.flatMap(({ name, serial }) => (serial === set.hsm ? [name] : []));
  const steps = stepsOf(plan);
  const kind = set.kind === 'so' ? 'security-officer' : set.kind;
  const replaces = steps
    .slice(steps.findIndex(({ key }) => key === step.key))
    .some(
      ({ type, params }) =>
        type === 'rotate-activation' && names.includes(String(params['token'])) && params['set'] === kind,
    );
  if (replaces) return undefined;
  return {
    text: `${who} hold a share of the ${kind} set ${set.id} of the HSM ${set.hsm}, and no step after this replaces it`,
    hint: 'have it replaced by a "rotate-activation" step after this one; "unrotated" says why not, and the ledger has it as due',
  };
}

/** No rotation replaces the set of a wrapped copy: it opens nothing once the media with that copy are destroyed. */
function copyKept(
  plan: Plan,
  theirs: readonly string[],
  { id, paper }: LedgerShareSet,
  backups: readonly LedgerBackup[],
): ShareKept | undefined {
  const who = theirs.join(', ');
  const opens = backups.filter(({ set, state }) => set === id && state !== 'destroyed');
  const shredded = new Set(
    stepsOf(plan).flatMap(({ type, params }) => (type === 'destroy-material' ? [String(params['item'])] : [])),
  );
  const isGone = (medium: string) => shredded.has(medium.replace(/ [0-9]+$/, ''));
  if (opens.length > 0 && opens.every(({ media }) => media.length > 0 && media.every(isGone))) return undefined;
  const pages = (paper ?? []).filter(({ seat }) => theirs.includes(seat)).map(({ unit }) => `"${unit}"`);
  const onPaper = pages.length === 0 ? '' : `, on paper too as ${pages.join(', ')}`;
  const files = opens.map(({ file, media }) => `${file} on ${media.join(' and ') || 'no medium that is recorded'}`);
  return {
    text: `${who} hold a share of the kek set ${id}${onPaper}, which opens ${files.join(', ') || 'what was being wrapped under it'}, and no step destroys that copy`,
    hint: 'a wrapped copy has no rotation: have another one made ("back-up-key"), and the media of this one destroyed ("destroy-material"); "unrotated" says why that is not here, and the ledger has it as due',
  };
}
