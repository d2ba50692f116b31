import { escapeForeign } from '../base/text.ts';
import type { Positions } from '../script/positions.ts';
import type { Script } from '../script/script.ts';
import type { Site } from '../script/site.ts';
import { bagFault } from './custody.ts';
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
      units: unitsOf(name, material, site, seats, reporter),
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
  reporter: PlanReporter,
): PlannedUnit[] {
  const told = site?.site.materials[name];
  const say = (message: string, hint?: string) => {
    if (!site) return;
    const at = told === undefined ? ['materials'] : ['materials', name];
    reporter.atKey(site.positions, at, 'PLAN_CUSTODY', message, hint);
  };
  const make = told?.['make'] ?? null;
  const serial = told?.['serial'] ?? null;
  const sealed = material.arrives === 'sealed';
  if (material.kind === 'quorum-token') {
    return (seats[material.each] ?? []).map((seat) => {
      const bag = told?.[seat] ?? null;
      if (sealed && bag === null) say(`of "${name}", the bag of "${seat}" is not known`, `${seat}: its number`);
      return { unit: `${name}@${seat}`, seat, make: null, serial: null, bag: sealed ? bag : null, place: null };
    });
  }
  const copies = 'copies' in material ? (material.copies ?? 1) : 1;
  const place = told?.['place'] ?? null;
  if (sealed && site && place === null) say(`it is not known where "${name}" is kept`, 'place: safe-1');
  return Array.from({ length: copies }, (_, index) => {
    const member = copies === 1 ? 'bag' : `bag-${index + 1}`;
    const bag = told?.[member] ?? null;
    if (sealed && bag === null) say(`the bag in which "${name}" arrives is not known`, `${member}: its number`);
    const unit = copies === 1 ? name : `${name}.${index + 1}`;
    return { unit, seat: null, make, serial, bag: sealed ? bag : null, place: sealed ? place : null };
  });
}

function holdSite(planned: readonly PlannedMaterial[], script: Script, site: Bound, reporter: PlanReporter): void {
  if (!site) return;
  const { materials, media } = site.site;
  for (const name of Object.keys(materials)) {
    if (script.materials[name] === undefined)
      reporter.atKey(site.positions, ['materials', name], 'PLAN_CUSTODY', `the script has no material "${name}"`);
  }
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
      const other = bags.get(bag);
      const fault = other === undefined ? bagFault(bag) : `"${other}" has it too`;
      if (fault)
        reporter.atKey(site.positions, path, 'PLAN_CUSTODY', `bag "${escapeForeign(bag)}" of "${unit}": ${fault}`);
      if (bag !== FACTORY) bags.set(bag, unit);
    }
  }
}

/** What stands for a bag's number where a thing is still in its maker's packaging. */
const FACTORY = 'factory';
