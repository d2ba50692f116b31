import { isOfPaper, PAPER_SHARE, type PaperState, pagesIn } from '../ledger/paper-shares.ts';
import { PAPER_SHARES } from '../plan/bind-printer.ts';
import { materialOf } from '../plan/custody.ts';
import { hasSite, type Plan, type PlannedStep } from '../plan/plan.ts';
import { seatsAt, seatsWhen } from '../plan/roster-change.ts';
import type { Needs, Running, SimulateContext } from '../plan/step-type.ts';
import type { ShareSet } from '../quorum/share-set.ts';
import type { Event, ObservationEvent } from '../transcript/event.ts';
import { accountForSurplus, surplusFaults } from './surplus-pages.ts';

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
  const [other] = steps.filter(({ key, params }) => key !== step.key && params['paper'] === paper);
  if (other && steps.indexOf(other) < steps.indexOf(step))
    report(
      'PLAN_CUSTODY',
      ['with', 'paper'],
      `"${paper}" are the pages of step ${other.number} "${other.key}" already: one page destroyed would count for both`,
      'each key that is backed up has pages of its own: another material',
    );
  if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody says that surplus pages are shredded', 'add "by:"');
  if (step.check.length === 0)
    report('PLAN_PEOPLE', [], 'nobody else sees that surplus pages are shredded', 'add "check:"');
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

interface Printing {
  readonly guard: Pick<Needs['guard'], 'printShare'>;
  readonly terminal: Needs['terminal'];
  readonly plan: Plan;
  readonly events: () => readonly Event[];
}

/**
 * Has each share of a set printed and read back, in front of the guard that wraps: what was read back before an interruption
 * is read back once more. That a page may come is recorded before the guard is asked: of whatever goes wrong then, somebody
 * has to look for a page.
 * @throws CeremonyError what `Guard.printShare` throws, once people have given it up; ANSWER_REFUSED
 */
export async function* printShares(
  { paper, holders, token }: Parameters & { readonly token: string },
  step: PlannedStep,
  set: ShareSet,
  { guard, terminal, plan, events }: Printing,
): Running {
  if (paper === undefined) return;
  const ca = [...plan.title.replaceAll(UNSEEN, '?')].slice(0, LONGEST_NAME).join('');
  for (const { seat } of set.shares) {
    const before = pagesIn(events()).find((page) => page.set === set.id && page.seat === seat);
    const printed = before?.printedAt ?? null;
    if (printed === null || !isSeenByGuard(set.id, seat, events())) {
      const page = { set: set.id, seat, unit: before?.unit ?? unitOf(plan, paper, holders, seat) };
      yield observed(step, printed === null ? 'printing' : 'reading', page);
      const said = before === undefined ? 'none' : printed === null ? 'printing' : 'read-back';
      const asked = { hsm: token, set: set.id, seat, ca, before: said } as const;
      const { printedAt, pages } = await guard.printShare(asked);
      yield observed(step, 'read-back', { ...page, printedAt: printedAt ?? printed, pages });
    }
    yield* accountForSurplus({ set: set.id, seat }, step, terminal, events());
  }
}

/** Whether the guard that is there now has had it read back: each begins with a `resume`, but for the first. */
function isSeenByGuard(set: string, seat: string, events: readonly Event[]): boolean {
  const resumed = events.findLast(({ type }) => type === 'resume')?.seq ?? 0;
  return events
    .filter(isOfPaper)
    .some(({ seq, facts }) => seq > resumed && isReadBack(facts) && facts['set'] === set && facts['seat'] === seat);
}

function isReadBack(facts: ObservationEvent['facts']): boolean {
  return facts['state'] === 'read-back';
}

/**
 * Each share of a set that is on paper by its descriptor was printed and read back, under the name of its custodian's page,
 * before the HSM was used: once, and once more after each interruption, in front of the guard that wrapped.
 * @param before seq of the intent @param events all of the record
 */
export function paperFaults(
  { paper, holders }: Parameters,
  set: ShareSet,
  step: PlannedStep,
  all: readonly Event[],
  {
    planAt,
    before,
    events,
  }: { readonly planAt: (seq: number) => Plan; readonly before: number; readonly events: readonly Event[] },
): string[] {
  if (paper === undefined) return [];
  const own = all.filter(isOfPaper);
  const known = new Set(set.shares.map(({ seat }) => seat));
  const strange = own.filter(({ facts }) => facts['set'] !== set.id || !known.has(String(facts['seat'])));
  const faults = strange.map(({ seq }) => `event ${seq} is of a page that is no share of the set ${set.id}`);
  const resumes = events.flatMap(({ type, seq }) => (type === 'resume' && seq < before ? [seq] : []));
  for (const { seat } of set.shares) {
    const pages = own.filter(({ facts }) => facts['set'] === set.id && facts['seat'] === seat);
    const readBack = pages.filter(({ facts }) => isReadBack(facts));
    const last = pages.at(-1);
    // Of each guard, by the resumes before it.
    const guards = readBack.map(({ seq }) => resumes.filter((at) => at < seq).length);
    if (!last || !isReadBack(last.facts) || last.seq > before || new Set(guards).size < guards.length) {
      faults.push(
        `the share of "${seat}" was to be on paper, and was not printed and read back once, before the key was wrapped`,
      );
      continue;
    }
    if (guards.at(-1) !== resumes.length)
      faults.push(
        `the page of "${seat}" was not read back once more after the interruption, before the key was wrapped`,
      );
    for (const fault of orderFaults(pages)) faults.push(`of the page of "${seat}" ${fault}`);
    const unit = unitOf(planAt(pages[0]?.seq ?? 0), paper, holders, seat);
    if (pages.some(({ facts }) => facts['unit'] !== unit))
      faults.push(`the page of "${seat}" is not recorded as "${unit}"`);
    faults.push(...surplusFaults({ set: set.id, seat }, step, all, { planAt, before }));
  }
  return faults;
}

/** What is wrong with what is recorded of one page, in this order. */
function orderFaults(pages: readonly (Event & ObservationEvent)[]): string[] {
  const faults: string[] = [];
  let printed: string | null = null;
  let due: PaperState | null = null;
  for (const { at, facts } of pages) {
    const { state, printedAt, pages: sent } = facts;
    if (state !== 'read-back') {
      due = printed === null ? 'printing' : 'reading';
      if (state !== due) faults.push(`"${String(state)}" is recorded, where it was ${due}`);
      continue;
    }
    if (due === null) faults.push('it was not recorded beforehand that it is printed');
    const least = printed === null ? 1 : 0;
    const isCounted = typeof sent === 'number' && Number.isInteger(sent) && sent >= least;
    const isTimed = typeof printedAt === 'string' && printedAt <= at && (sent !== 0 || printedAt === printed);
    if (!isCounted || !isTimed) faults.push('it is not recorded when it was printed, and how many were');
    [printed, due] = [typeof printedAt === 'string' ? printedAt : printed, null];
  }
  return faults;
}

/** For people, before the step. */
export function paperLines({ paper, holders }: Parameters, step: PlannedStep, plan: Plan): string[] {
  if (paper === undefined) return [];
  return [
    `Before it is, each share is also printed, UNENCRYPTED, as "${paper}": for ${seatsWhen(plan, step, holders).join(', ') || holders}, one at a time, who stands at the printer and reads the page back.`,
    'Whatever else of theirs comes out of the printer is shredded before everybody; somebody says so, and somebody else has seen it.',
  ];
}
