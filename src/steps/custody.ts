import { CeremonyError } from '../base/errors.ts';
import {
  bagsSeen,
  CUSTODY_STEPS,
  type Custody,
  type CustodyAct,
  custodyAfter,
  custodyAtFirst,
  lastBag,
  sameBag,
} from '../ledger/custody.ts';
import { bagFault, FACTORY, materialOf, placeOf, unitsOfStep } from '../plan/custody.ts';
import type { PaperPart } from '../plan/paper-part.ts';
import { allActs, type Plan, type PlannedStep, type PlannedUnit } from '../plan/plan.ts';
import type { Running, SimulateContext } from '../plan/step-type.ts';
import type { World } from '../plan/world.ts';
import type { Terminal } from '../ports.ts';
import type { Event } from '../transcript/event.ts';

/** What may be corrected of an answer about a thing: the number that was typed. */
export const BAG_FIELD = { bag: { type: 'serial' } } as const;

/** The thing is one of the script's materials, in a state in which this can be done with it. */
export function simulateCustody(world: World, { step, plan, report, act }: SimulateContext): World {
  const item = String(step.params['item'] ?? '');
  const material = materialOf(plan, item);
  if (!material) {
    report('PLAN_CUSTODY', ['with', 'item'], `the script has no material "${item}"`);
    return world;
  }
  if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody does this', 'add "by:" or "each:"');
  if (step.check.length === 0) report('PLAN_PEOPLE', [], 'nobody else looks at the bag', 'add "check:"');
  const did = CUSTODY_STEPS[step.type] as CustodyAct;
  const units = unitsOfStep(plan, step);
  const places = step.params['keep'] ?? step.params['to'];
  if (Array.isArray(places) && places.length !== units.length) {
    report('PLAN_CUSTODY', ['with', 'keep'], `${places.length} places for the ${units.length} of "${item}"`);
  }
  if (units.length === 0) report('PLAN_CUSTODY', ['with', 'item'], `nothing of "${item}" is these people's`);
  const custody = new Map(world.custody);
  for (const { unit } of units) {
    const before = custody.get(unit)?.state ?? 'open';
    // What an abort leaves whole is put away; where it was destroyed, nothing is left to be.
    if (did === 'sealed' && before === 'destroyed' && act.always) {
      custody.set(unit, { state: before, always: true });
      continue;
    }
    if (did === 'unsealed' && before !== 'sealed')
      report('PLAN_CUSTODY', ['with', 'item'], `"${unit}" is not sealed here: ${saidOf(before)}`);
    if (did !== 'unsealed' && before !== 'open')
      report('PLAN_CUSTODY', ['with', 'item'], `"${unit}" is not open here: ${saidOf(before)}`);
    custody.set(unit, { state: did === 'unsealed' ? 'open' : did, always: act.always });
  }
  return { ...world, custody };
}

function saidOf(state: Custody['state']): string {
  switch (state) {
    case 'sealed':
      return 'it is in its bag';
    case 'open':
      return 'it lies in the room';
    case 'handed-over':
      return 'it was handed over';
    default:
      return 'it was destroyed';
  }
}

/** What a thing is, without the number on its bag: that is read off the bag, not off the screen. */
function thingLine({ unit, make, serial }: PlannedUnit): string {
  const what = [make, serial === null ? null : `serial ${serial}`].filter((part) => part !== null).join(', ');
  return `${unit}${what === '' ? '' : ` (${what})`}`;
}

/** One line about a thing, as it is on the list. */
export function unitLine(unit: PlannedUnit, custody: Custody | undefined): string {
  const where =
    custody?.state === 'sealed'
      ? `sealed in bag ${custody.bag}${custody.place === null ? '' : `, kept in ${custody.place}`}`
      : saidOf(custody?.state ?? 'open');
  return `${thingLine(unit)}: ${where}`;
}

/** Where everything is before a step, if the script is followed so far. */
export function custodyBefore(plan: Plan, step: PlannedStep): ReadonlyMap<string, Custody> {
  const custody = new Map(custodyAtFirst(plan));
  const all = allActs(plan).flatMap(({ steps }) => steps);
  const before = all.slice(
    0,
    all.findIndex(({ key }) => key === step.key),
  );
  for (const one of before) {
    const did = CUSTODY_STEPS[one.type];
    if (did === undefined) continue;
    for (const { unit } of unitsOfStep(plan, one)) {
      const state = did === 'unsealed' ? 'open' : did;
      // The number on a new bag is only known when it is sealed.
      custody.set(unit, {
        state,
        bag: did === 'sealed' ? 'as written' : null,
        place: placeOf(one, plan, unit) || null,
      });
    }
  }
  return custody;
}

/** What there is to write and to tick of each thing that the step is about. */
export function custodyParts(plan: Plan, step: PlannedStep): PaperPart[] {
  const units = unitsOfStep(plan, step);
  const before = custodyBefore(plan, step);
  switch (CUSTODY_STEPS[step.type]) {
    case 'unsealed':
      return units.flatMap((one): PaperPart[] => [
        { kind: 'ticks', says: '', of: [`${thingLine(one)}: its seal is whole`] },
        {
          kind: 'lines',
          name: `number on the bag of ${one.unit}`,
          hint: `${before.get(one.unit)?.bag ?? 'none'} on the list`,
          lines: 1,
        },
      ]);
    case 'sealed':
      return units.map((one) => ({
        kind: 'lines',
        name: `number of the new bag of ${one.unit}`,
        hint: `read by two; for ${placeOf(step, plan, one.unit)}`,
        lines: 1,
      }));
    case 'handed-over':
      return units.map((one) => ({
        kind: 'lines',
        name: `${thingLine(one)}: who has it now`,
        hint: `for ${placeOf(step, plan, one.unit)}; name and signature`,
        lines: 1,
      }));
    default:
      return [{ kind: 'ticks', says: 'destroyed:', of: units.map(thingLine) }];
  }
}

/** What is asked and recorded of each thing that the step is about; of those that need it no more, nothing. */
export async function* runCustody(
  step: PlannedStep,
  terminal: Terminal,
  plan: Plan,
  events: () => readonly Event[],
): Running {
  const did = CUSTODY_STEPS[step.type] as CustodyAct;
  const units = unitsOfStep(plan, step);
  const begun = custodyAfter(plan, events());
  for (const one of units.filter(({ unit }) => isDue(did, begun.get(unit)))) {
    await terminal.say([thingLine(one)]);
    const asked = { step: step.key, seat: step.by[0] as string, subject: one.unit };
    yield {
      type: 'answer',
      step: step.key,
      seat: asked.seat,
      checkedBy: step.check,
      question: step.say,
      values: await askAbout(terminal, asked, one.unit, did, step, plan, events()),
    };
  }
}

/** Asks what is recorded when that is done with a thing. @returns the answer's values */
export async function askAbout(
  terminal: Terminal,
  asked: { readonly step: string; readonly seat: string; readonly subject: string },
  unit: string,
  did: CustodyAct,
  step: PlannedStep,
  plan: Plan,
  events: readonly Event[],
): Promise<Record<string, string>> {
  const custody = custodyAfter(plan, events).get(unit);
  const place = placeOf(step, plan, unit);
  if (did === 'handed-over' || did === 'destroyed') {
    const text =
      did === 'destroyed' ? `"${unit}" is destroyed, before everybody's eyes` : `"${unit}" is handed over to ${place}`;
    const typed = await terminal.ask({ ...asked, text, kind: 'confirm' });
    if (typed !== 'done') throw new CeremonyError('ANSWER_REFUSED', `"${typed}" is no answer, expected done`);
    return did === 'destroyed' ? { unit, did } : { unit, did, place };
  }
  if (did === 'unsealed') {
    const of = custody?.bag ?? lastBag(plan, events, unit) ?? '';
    const bag = await readBag(terminal, asked, `${where(unit)}. Is the seal whole? ${readAloud(of)}`, of);
    if (bag !== of) {
      throw new CeremonyError(
        'SEAL_DIFFERS',
        `the bag of "${unit}" has the number "${bag}", and "${of}" is on the list`,
        {
          hint: 'nothing is taken out of it: record what was found, and decide with the auditor',
        },
      );
    }
    return { unit, did, bag };
  }
  if (custody?.state === 'sealed') {
    const of = custody.bag ?? '';
    const text = `"${unit}" is in a bag already. ${readAloud(of)}`;
    // Nothing is wrong with another number here: what is found is recorded, once it was looked at twice.
    const first = await readBag(terminal, asked, text);
    const bag =
      first === of
        ? first
        : await readBag(terminal, asked, `Another number was expected. Look again: ${readAloud(of)}`);
    return { unit, did, bag, place };
  }
  const seen = bagsSeen(plan, events);
  const problem = (typed: string) =>
    bagFault(typed) ?? (seen.has(sameBag(typed)) ? 'a bag with this number is or was in use here' : undefined);
  for (;;) {
    const text = `"${unit}" goes into a new bag, for ${place}. Seal it, read its number aloud and type it`;
    const bag = await terminal.ask({ ...asked, text, kind: 'new-bag', problem });
    const fault = problem(bag);
    if (fault) throw new CeremonyError('ANSWER_REFUSED', `the bag of "${unit}" was typed as "${bag}": ${fault}`);
    const again = await readBag(terminal, asked, 'The same number, read again by another person');
    if (again === bag) return { unit, did, bag, place };
    await terminal.say([`"${bag}" and "${again}" were read: look at the bag again, both.`]);
  }
}

function where(unit: string): string {
  return `Show "${unit}" to the camera`;
}

function readAloud(of: string): string {
  return of === FACTORY
    ? `It is in its maker's packaging: type "${FACTORY}" where that was never opened`
    : 'Read the number on the bag aloud and type it';
}

async function readBag(
  terminal: Terminal,
  asked: { readonly step: string; readonly seat: string; readonly subject: string },
  text: string,
  of?: string,
): Promise<string> {
  const problem = (typed: string) =>
    of === undefined || typed === of
      ? undefined
      : 'another number is on the list: look again, and at the seal; ? if it is really another';
  return await terminal.ask({ ...asked, text, kind: 'bag', problem });
}

/** Whether that is still to be done with a thing. */
export function isDue(did: CustodyAct, custody: Custody | undefined): boolean {
  const state = custody?.state ?? 'open';
  if (did === 'unsealed') return state === 'sealed';
  return state === 'open' || state === 'sealed';
}
