import type { Losable } from '../quorum/loss.ts';
import type { Done } from './done.ts';
import type { Ledger, LedgerLoss, LedgerShareSet, LedgerThing } from './ledger.ts';
import { heldOn } from './media.ts';

/*
 * What is lost: an HSM, a quorum token, a medium, a page. That a thing is lost destroys nothing: it counts as a copy until it is
 * accounted for, and serves nobody until it is found. Of a thing the last declaration counts.
 */

type Losses = Pick<Ledger, 'losses'>;

/** The last declaration about a thing; undefined where there is none. */
export function lastLoss({ losses = [] }: Losses, kind: Losable, thing: string): LedgerLoss | undefined {
  return losses.findLast((one) => one.kind === kind && one.thing === thing);
}

/** The declaration by which a thing is lost; undefined for one that is not, or was found. */
export function lossOf(ledger: Losses, kind: Losable, thing: string): LedgerLoss | undefined {
  const last = lastLoss(ledger, kind, thing);
  return last?.state === 'lost' ? last : undefined;
}

/** Of each thing of which anything was declared the last that was, in the order of their first ones. */
export function lastLosses({ losses = [] }: Losses): readonly LedgerLoss[] {
  return [...new Map(losses.map((one) => [`${one.kind} ${one.thing}`, one])).values()];
}

/** SHA-256 of the keys that shares are sealed to, and whose quorum token is lost. */
export function lostRecipients(ledger: Losses): ReadonlySet<string> {
  return new Set(lastLosses(ledger).flatMap(({ state, holder }) => (state === 'lost' && holder ? [holder.key] : [])));
}

/** What a ledger knows of what can be lost. */
export type Losing = Pick<Ledger, 'tokens' | 'custody' | 'shareSets' | 'backups' | 'keyFiles'>;

/** Why a ledger has nothing of that name that could be lost; undefined where it has. A quorum token is the roster's to know. */
export function unknownThing(
  kind: Exclude<Losable, 'quorum-token'>,
  thing: string,
  ledger: Losing,
): string | undefined {
  if (kind === 'hsm') {
    const serials = ledger.tokens.map(({ serial }) => serial);
    return serials.includes(thing)
      ? undefined
      : `the ledger has no HSM with serial "${thing}", but ${serials.join(', ') || 'none'}`;
  }
  const row = ledger.custody.find(({ unit }) => unit === thing);
  if (row?.state === 'destroyed') return `the custody register has "${thing}" as destroyed`;
  if (row ? row.kind === kind : heldOn(thing, ledger).length > 0) return undefined;
  const names = ledger.custody.flatMap((one) => (one.kind === kind && one.state !== 'destroyed' ? [one.unit] : []));
  return `the custody register has no ${kind} "${thing}", but ${names.join(', ') || 'none'}`;
}

/** Declarations of a ceremony after those before, with who approved each. @param approvers proposal → seats, by their intents */
export function lossesAfter(
  done: readonly Done<'record-loss'>[],
  before: readonly LedgerLoss[],
  approvers: ReadonlyMap<number, readonly string[]>,
): readonly LedgerLoss[] {
  return [
    ...before,
    ...done.map(({ operation, step, result }): LedgerLoss => {
      const { kind, thing, holder, to: state, since, exposed, how, circumstances, witness } = operation;
      const approvedBy = [...(approvers.get(result.proposal) ?? [])].sort();
      return {
        ...{ kind, thing, ...(holder ? { holder } : {}), state, since, exposed, how, circumstances, witness },
        ...{ step: step.key, at: result.at, approvedBy },
      };
    }),
  ];
}

/**
 * The sets, with those of HSMs that are lost: they open nothing that is at hand. Of one that was found they are what they were.
 */
export function withLost(sets: readonly LedgerShareSet[], ledger: Losses): readonly LedgerShareSet[] {
  return sets.map((set) => {
    if (set.kind === 'kek') return set;
    const isLost = lossOf(ledger, 'hsm', set.hsm) !== undefined;
    if (isLost && set.state === 'current') return { ...set, state: 'lost' };
    return !isLost && set.state === 'lost' ? { ...set, state: 'current' } : set;
  });
}

/**
 * The register: what is lost is where nobody knows; what was found, and is not put away yet, is open. Of somebody whose quorum token is
 * lost a card that is in the room is another one, where the register has one that is not.
 * @param here units in the room
 */
export function withLostThings(
  custody: readonly LedgerThing[],
  declared: readonly LedgerLoss[],
  here: (unit: string) => boolean,
): LedgerThing[] {
  const away = custody.filter(({ unit, state }) => state !== 'destroyed' && !here(unit));
  return custody.map((thing) => {
    const loss = declared.findLast((one) => isAbout(one, thing));
    const isOther =
      loss?.kind === 'quorum-token' && here(thing.unit) && away.some((one) => one !== thing && isAbout(loss, one));
    if (!loss || isOther || thing.state === 'destroyed') return thing;
    if (loss.state === 'found' && here(thing.unit)) return thing;
    return { ...thing, state: loss.state === 'lost' ? 'lost' : 'open', bag: null, place: null };
  });
}

function isAbout({ kind, thing: what, holder }: LedgerLoss, thing: LedgerThing): boolean {
  if (kind !== thing.kind) return false;
  if (kind === 'hsm') return thing.serial === what;
  // Who has several tokens has them in several rows, and nothing says which is which: such rows stay.
  return kind === 'quorum-token' ? holder !== undefined && thing.unit.endsWith(`@${holder.seat}`) : thing.unit === what;
}
