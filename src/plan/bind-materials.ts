import { escapeForeign } from '../base/text.ts';
import { sameBag } from '../ledger/custody.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Positions } from '../script/positions.ts';
import type { Script } from '../script/script.ts';
import type { Site } from '../script/site.ts';
import { bagFault, FACTORY } from './custody.ts';
import type { Plan, PlannedMaterial, PlannedUnit } from './plan.ts';
import type { PlanReporter } from './reporter.ts';

type Material = Exclude<Script['materials'][string], { kind: 'bag' }>;
type Bound = { readonly site: Site; readonly positions: Positions } | undefined;

/**
 * The things in the room, with the bags in which the site says they arrive: every sealed one has a number that can be
 * read off it, and no two have the same.
 */
export function bindMaterials(
  script: Script,
  site: Bound,
  seats: Plan['seats'],
  ledger: Ledger | undefined,
  reporter: PlanReporter,
): PlannedMaterial[] {
  const planned: PlannedMaterial[] = [];
  for (const [name, material] of Object.entries(script.materials)) {
    if (material.kind === 'bag') continue;
    planned.push({
      name,
      kind: material.kind,
      arrives: material.arrives,
      holds: material.kind === 'medium' ? material.holds : null,
      token: material.kind === 'hsm' ? material.token : null,
      units: unitsOf(name, material, site, seats, ledger, reporter),
    });
  }
  holdSite(planned, script, site, reporter);
  return planned;
}

function unitsOf(
  name: string,
  material: Material,
  site: Bound,
  seats: Plan['seats'],
  ledger: Ledger | undefined,
  reporter: PlanReporter,
): PlannedUnit[] {
  const told = site?.site.materials[name];
  const sealed = material.arrives === 'sealed';
  const registered = (unit: string) => (sealed ? ledger?.custody.find((thing) => thing.unit === unit) : undefined);
  const say = (message: string, hint?: string) => {
    if (!site) return;
    const at = told === undefined ? ['materials'] : ['materials', name];
    reporter.atKey(site.positions, at, 'PLAN_CUSTODY', message, hint);
  };
  const make = told?.['make'] ?? null;
  const serial = told?.['serial'] ?? null;
  /** As the register of the previous pack has it; where that has nothing sealed, as the site says. */
  const bagOf = (unit: string, says: string | null): string | null => {
    const thing = registered(unit);
    if (thing?.state !== 'sealed') {
      // What was put away on paper after the record closed is open in it, and what was lost has no bag: then the site says it.
      if (thing && thing.state !== 'open' && thing.state !== 'lost')
        say(`the custody register of the previous pack has "${unit}" ${thing.state}, and the script expects it sealed`);
      return says;
    }
    const there = thing.bag;
    if (says !== null && there !== null && sameBag(says) !== sameBag(there))
      say(`the bag of "${unit}" is ${says}; the custody register of the previous pack says ${there}`);
    return there ?? says;
  };
  if (material.kind === 'quorum-token' || material.kind === 'paper-share') {
    return (seats[material.each] ?? []).map((seat) => {
      const unit = `${name}@${seat}`;
      const bag = sealed ? bagOf(unit, told?.[seat] ?? null) : null;
      if (sealed && bag === null) say(`of "${name}", the bag of "${seat}" is not known`, `${seat}: its number`);
      return { unit, seat, make: null, serial: null, bag, place: null };
    });
  }
  const copies = 'copies' in material ? (material.copies ?? 1) : 1;
  let isPlaced = true;
  const units = Array.from({ length: copies }, (_, index) => {
    const unit = copies === 1 ? name : `${name}.${index + 1}`;
    const thing = registered(unit);
    const own = { unit, seat: null, make: make ?? thing?.make ?? null, serial: serial ?? thing?.serial ?? null };
    if (!sealed) return { ...own, bag: null, place: null };
    const member = copies === 1 ? 'bag' : `bag-${index + 1}`;
    const bag = bagOf(unit, told?.[member] ?? null);
    if (bag === null) say(`the bag in which "${name}" arrives is not known`, `${member}: its number`);
    const place = registered(unit)?.place ?? told?.['place'] ?? null;
    isPlaced &&= place !== null;
    return { ...own, bag, place };
  });
  if (sealed && site && !isPlaced) say(`it is not known where "${name}" is kept`, 'place: safe-1');
  return units;
}

function holdSite(planned: readonly PlannedMaterial[], script: Script, site: Bound, reporter: PlanReporter): void {
  if (!site) return;
  const { materials, media } = site.site;
  for (const name of Object.keys(materials)) {
    if (script.materials[name] === undefined)
      reporter.atKey(site.positions, ['materials', name], 'PLAN_CUSTODY', `the script has no material "${name}"`);
  }
  holdMembers(planned, site, reporter);
  const bags = new Map<string, string>();
  for (const material of planned) {
    const copies = media[material.name]?.length;
    if (material.kind === 'medium' && copies !== undefined && copies !== material.units.length) {
      const text = `the script has ${material.units.length} of the medium "${material.name}", the site ${copies}`;
      reporter.atKey(site.positions, ['media', material.name], 'PLAN_MEDIUM', text);
    }
    for (const { unit, bag } of material.units) {
      if (bag === null) continue;
      const path = ['materials', material.name];
      if (bag === FACTORY) continue;
      const other = bags.get(sameBag(bag));
      const fault = other === undefined ? bagFault(bag) : `"${other}" has it too`;
      if (fault)
        reporter.atKey(site.positions, path, 'PLAN_CUSTODY', `bag "${escapeForeign(bag)}" of "${unit}": ${fault}`);
      bags.set(sameBag(bag), unit);
    }
  }
}

/** What the site says of a thing is read: a member that nothing reads is mistyped. */
function holdMembers(planned: readonly PlannedMaterial[], site: NonNullable<Bound>, reporter: PlanReporter): void {
  for (const { name, kind, arrives, units } of planned) {
    const sealed = arrives === 'sealed';
    const bags = units.map((_unit, index) => (units.length === 1 ? 'bag' : `bag-${index + 1}`));
    const own = ['make', 'serial', ...(sealed ? ['place', ...bags] : [])];
    const isOfPeople = kind === 'quorum-token' || kind === 'paper-share';
    const known = isOfPeople ? units.flatMap(({ seat }) => (sealed ? (seat ?? []) : [])) : own;
    for (const member of Object.keys(site.site.materials[name] ?? {})) {
      if (known.includes(member)) continue;
      const text = `"${member}" says nothing of "${name}", expected ${known.join(', ') || 'nothing'}`;
      reporter.atKey(site.positions, ['materials', name, member], 'PLAN_CUSTODY', text);
    }
  }
}
