import type { LedgerThing } from '../ledger/ledger.ts';
import type { Cast, Person } from './cast.ts';

/** A thing that the script expects sealed. */
interface Unit {
  /** As a plan calls it: `name`, `name.2`, or `name@seat`. */
  readonly unit: string;
  readonly material: string;
  /** What a site calls its bag: `bag`, `bag-2`, or the seat. */
  readonly member: string;
}

const SAFE = 'rehearsal-safe';
/** Bags of a rehearsal, in the form of those that people buy. */
const BAG = /^R(\d{7})$/;

const bag = (number: number) => `R${String(number).padStart(7, '0')}`;

/** Those of a role who come: whoever leaves the roster stays away. */
export function seated(cast: Cast, people: readonly Person[], role: string): string[] {
  return people
    .filter((person) => person.role === role && !cast.changes?.leaves.includes(person.seat))
    .slice(0, cast.seats.get(role)?.present ?? 0)
    .map((person) => person.seat);
}

function sealedUnits(cast: Cast, people: readonly Person[]): Unit[] {
  return [...cast.materials].flatMap(([material, { sealed, each, copies }]) => {
    if (!sealed) return [];
    if (each !== null)
      return seated(cast, people, each).map((seat) => ({ unit: `${material}@${seat}`, material, member: seat }));
    if (copies === 1) return [{ unit: material, material, member: 'bag' }];
    return Array.from({ length: copies }, (_, index) => index + 1).map((number) => ({
      unit: `${material}.${number}`,
      material,
      member: `bag-${number}`,
    }));
  });
}

/**
 * Thing in the room → the bag it arrives in: as the plan with the site has it, else as the custody register of the pack
 * before does, else a new number of the rehearsal's list.
 * @param used numbers that were on bags of earlier ceremonies
 */
export function bagsOf(
  cast: Cast,
  people: readonly Person[],
  register: readonly LedgerThing[] = [],
  used: ReadonlySet<string> = new Set(),
): Map<string, string> {
  const known = new Map([
    ...register.flatMap((thing) => (thing.bag === null ? [] : [[thing.unit, thing.bag] as const])),
    ...(cast.room?.bags ?? []),
  ]);
  const taken = new Set([...known.values(), ...used]);
  let number = 0;
  const next = () => {
    do number++;
    while (taken.has(bag(number)));
    return bag(number);
  };
  return new Map(sealedUnits(cast, people).map(({ unit }) => [unit, known.get(unit) ?? next()]));
}

/** The next bag of the list, far from the numbers in which things arrive. */
export function nextBag(bags: Iterable<string>, first: number): string {
  const numbers = [...bags].flatMap((one) => BAG.exec(one)?.[1] ?? []).map(Number);
  return bag(Math.max(first, ...numbers) + 1);
}

/** The custody register of a ceremony that nobody has held: everything lies sealed where the script expects it. */
export function inventedRegister(cast: Cast, people: readonly Person[]): LedgerThing[] {
  const bags = bagsOf(cast, people);
  return sealedUnits(cast, people).map(({ unit, material }) => {
    const { kind = '', each = null } = cast.materials.get(material) ?? {};
    const own = { unit, kind, make: null, serial: null };
    return {
      ...own,
      state: 'sealed',
      bag: bags.get(unit) as string,
      place: each === null ? SAFE : `box-of-${unit.split('@')[1]}`,
    };
  });
}

/**
 * The list of things, as the site binding has it: the site's own, else those alone that no register has sealed.
 * @param bags in which things arrive
 */
export function materialsDocument(
  cast: Cast,
  people: readonly Person[],
  bags: ReadonlyMap<string, string>,
  register: readonly LedgerThing[] = [],
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  if (cast.room) return cast.room.materials;
  const known = new Set(register.flatMap((thing) => (thing.state === 'sealed' ? [thing.unit] : [])));
  const materials: Record<string, Record<string, string>> = {};
  for (const { unit, material, member } of sealedUnits(cast, people)) {
    if (known.has(unit)) continue;
    const isOfPeople = cast.materials.get(material)?.each !== null;
    materials[material] = {
      ...materials[material],
      [member]: bags.get(unit) as string,
      ...(isOfPeople ? {} : { place: SAFE }),
    };
  }
  return materials;
}
