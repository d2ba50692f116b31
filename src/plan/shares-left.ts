import { isLeft } from '../ledger/former.ts';
import type { Ledger, LedgerBackup, LedgerShareSet } from '../ledger/ledger.ts';
import { paperLeft } from '../ledger/paper-shares.ts';
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
  /** Whether the set could be opened before the change, and by nobody after it: no reason for that is taken. */
  readonly isLost: boolean;
}

/** Of the ledger of before: who has lost a share already, and the wrapped copies and pages that there are. */
type Before = Pick<Ledger, 'former' | 'renewed' | 'backups' | 'custody'>;

/**
 * Why a share set is one that those who leave could still help to open, or that nobody opens any more without them; undefined for
 * one of which neither is so.
 */
export function shareKept(
  plan: Plan,
  change: PlannedChange,
  set: LedgerShareSet,
  before: Before,
): ShareKept | undefined {
  if (set.state !== 'current' && set.state !== 'begun') return undefined;
  const theirs = set.shares.flatMap(({ seat }) =>
    change.leaves.includes(seat) || change.renews.includes(seat) ? [seat] : [],
  );
  if (theirs.length === 0) return undefined;
  const who = theirs.join(', ');
  const kept =
    set.kind === 'kek' ? copyKept(plan, theirs, set, before.backups ?? []) : unrotated(plan, change, who, set);
  return kept && { ...kept, isLost: false, ...lostWith(change, set, before, kept.text) };
}

/** Undefined where enough are left to open it, or too few were before. @param keeps who keeps a share of it, in words */
function lostWith(change: PlannedChange, set: LedgerShareSet, before: Before, keeps: string): ShareKept | undefined {
  const { id, kind, threshold, shares, hsm } = set;
  // A page opens a wrapped copy without a token, and opens no HSM.
  const onPaper = kind === 'kek' ? paperLeft(set, before.custody).map(({ seat }) => seat) : [];
  const open = shares.filter(
    (share) => !isLeft(share, onPaper.includes(share.seat) ? { ...before, renewed: [] } : before),
  );
  const left = open.flatMap(({ seat }) =>
    change.leaves.includes(seat) || (change.renews.includes(seat) && !onPaper.includes(seat)) ? [] : [seat],
  );
  if (open.length < threshold || left.length >= threshold) return undefined;
  const [what, instead] =
    kind === 'kek'
      ? ['that copy', 'the media of this copy destroyed']
      : [`the HSM ${hsm}`, 'the set replaced while enough can open it'];
  return {
    text: `${keeps}; and after this ${left.length} custodians can open the ${kind} set ${id} (${left.join(', ') || 'nobody'}), where ${threshold} must: nobody could open ${what} again`,
    hint: `have fewer leave or get another token at once, and ${instead}; "unrotated" does not waive that`,
    isLost: true,
  };
}

type Unreplaced = Omit<ShareKept, 'isLost'>;

function unrotated(plan: Plan, { step }: PlannedChange, who: string, set: LedgerShareSet): Unreplaced | undefined {
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
): Unreplaced | undefined {
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
