import { PAPER_SHARE, type PaperState, pagesIn } from '../ledger/paper-shares.ts';
import { PAPER_SHARES } from '../plan/bind-printer.ts';
import { materialOf } from '../plan/custody.ts';
import { hasSite, type Plan, type PlannedStep } from '../plan/plan.ts';
import { seatsAt } from '../plan/roster-change.ts';
import type { Needs, Running, SimulateContext } from '../plan/step-type.ts';
import type { ShareSet } from '../quorum/share-set.ts';
import type { Event, ObservationEvent } from '../transcript/event.ts';

/*
 * Shares that are printed besides, each for its custodian. It is done once all of them have proven theirs, and before
 * anything is wrapped: until then the pages open nothing, whatever becomes of them, and every share is at hand to be printed
 * again. The other way round a key would lie wrapped whose pages failed, and its custodians would have to open their shares
 * once more for them.
 */

/** On a page: what there is room for, in characters. */
const LONGEST_NAME = 100;
/** What the guard puts on no page. */
const UNSEEN = /\p{C}/gu;

interface Parameters {
  readonly holders: string;
  /** Name of the material that the pages are; absent where none are printed. */
  readonly paper?: string | undefined;
}

/** Reports pages of which nobody keeps custody, or that are not each custodian's; and a site that cannot print. */
export function simulatePaperShares(
  { paper, holders }: Parameters,
  { plan, report, step, steps }: Pick<SimulateContext, 'plan' | 'report' | 'step' | 'steps'>,
): void {
  if (paper === undefined) return;
  const material = materialOf(plan, paper);
  const seats = seatsAt({ seats: plan.seats, steps }, step, holders) ?? [];
  const hint = `materials: { ${paper}: { kind: ${PAPER_SHARES}, each: ${holders}, arrives: blank } }`;
  const say = (text: string) => report('PLAN_CUSTODY', ['with', 'paper'], text, hint);
  if (material?.kind !== PAPER_SHARES)
    say(`the script has no material "${paper}" of kind "${PAPER_SHARES}": nobody would keep account of the pages`);
  else {
    if (material.arrives !== 'blank') say(`"${paper}" arrives ${material.arrives}, and its pages are printed here`);
    const without = seats.filter((seat) => !material.units.some((one) => one.seat === seat));
    if (without.length > 0) say(`${without.join(', ')} would hold a share, and no page of "${paper}" is theirs`);
  }
  if (hasSite(plan) && plan.printer === undefined)
    report(
      'PLAN_PRINTER',
      ['with', 'paper'],
      'the site names no printer, and shares are to be printed',
      'printer: /dev/usb/lp0 in the site binding; it is looked at when the ceremony begins',
    );
}

/**
 * What the page of each custodian is called in the custody register. Whoever has come for somebody has the page that was to be
 * theirs: seats are exchanged in their order.
 */
function unitOf(plan: Plan, paper: string, holders: string, seat: string): string {
  const units = materialOf(plan, paper)?.units ?? [];
  const at = plan.seats[holders]?.indexOf(seat) ?? -1;
  return (units.find((one) => one.seat === seat) ?? units[at])?.unit ?? `${paper}@${seat}`;
}

function observed(step: PlannedStep, state: PaperState, facts: ObservationEvent['facts']): ObservationEvent {
  return { type: 'observation', step: step.key, subject: PAPER_SHARE, facts: { state, ...facts } };
}

/**
 * Has each share of a set printed and read back, but for those that were before an interruption. That a page may come is
 * recorded before the guard is asked: of whatever goes wrong then, somebody has to look for a page.
 * @throws CeremonyError what `Guard.printShare` throws, once people have given it up
 */
export async function* printShares(
  { paper, holders, token }: Parameters & { readonly token: string },
  step: PlannedStep,
  set: ShareSet,
  { guard, plan, events }: { guard: Pick<Needs['guard'], 'printShare'>; plan: Plan; events: () => readonly Event[] },
): Running {
  if (paper === undefined) return;
  const ca = [...plan.title.replaceAll(UNSEEN, '?')].slice(0, LONGEST_NAME).join('');
  for (const { seat } of set.shares) {
    const before = pagesIn(events()).find((page) => page.set === set.id && page.seat === seat);
    if (before && before.printedAt !== null) continue;
    const page = { set: set.id, seat, unit: before?.unit ?? unitOf(plan, paper, holders, seat) };
    yield observed(step, 'printing', page);
    const asked = { hsm: token, set: set.id, seat, ca, mayLie: before !== undefined };
    const { printedAt, pages } = await guard.printShare(asked);
    yield observed(step, 'read-back', { ...page, printedAt, pages });
  }
}

/**
 * Each share of a set that is on paper by its descriptor was printed and read back once, under the name of its custodian's
 * page, before the HSM was used.
 * @param before seq of the intent
 */
export function paperFaults(
  { paper, holders }: Parameters,
  set: ShareSet,
  own: readonly (Event & ObservationEvent)[],
  { planAt, before }: { readonly planAt: (seq: number) => Plan; readonly before: number },
): string[] {
  if (paper === undefined) return [];
  const known = new Set(set.shares.map(({ seat }) => seat));
  const strange = own.filter(({ facts }) => facts['set'] !== set.id || !known.has(String(facts['seat'])));
  const faults = strange.map(({ seq }) => `event ${seq} is of a page that is no share of the set ${set.id}`);
  for (const { seat } of set.shares) {
    const pages = own.filter(({ facts }) => facts['set'] === set.id && facts['seat'] === seat);
    const [last] = pages.slice(-1);
    const readBack = pages.filter(({ facts }) => facts['state'] === 'read-back');
    if (readBack.length !== 1 || last?.facts['state'] !== 'read-back' || last.seq > before) {
      faults.push(
        `the share of "${seat}" was to be on paper, and was not printed and read back once, before the key was wrapped`,
      );
      continue;
    }
    if (pages[0]?.facts['state'] !== 'printing')
      faults.push(`of the page of "${seat}" it was not recorded beforehand that it is printed`);
    const unit = unitOf(planAt(pages[0]?.seq ?? 0), paper, holders, seat);
    if (pages.some(({ facts }) => facts['unit'] !== unit))
      faults.push(`the page of "${seat}" is not recorded as "${unit}"`);
    const { printedAt, pages: sent } = last.facts;
    if (typeof printedAt !== 'string' || printedAt > last.at || !Number.isInteger(sent) || Number(sent) < 1)
      faults.push(`of the page of "${seat}" it is not recorded when it was printed, and how many were`);
  }
  return faults;
}

/** For people, before the step. */
export function paperLines({ paper, holders }: Parameters, plan: Plan): string[] {
  if (paper === undefined) return [];
  return [
    `Before it is, each share is also printed, UNENCRYPTED, as "${paper}": for ${plan.seats[holders]?.join(', ') ?? holders}, one at a time, who stands at the printer and reads the page back.`,
  ];
}
