import type { Ledger } from '../ledger/ledger.ts';
import { type Cast, type Person, standIn } from './cast.ts';
import { atCards, type Company } from './company.ts';
import { cardToEnrol } from './enrol.ts';

/**
 * The company with those who are to join it in a ceremony: each with a card that is new, and a seat that nobody has or had. Who
 * gets another card is the last of those who are there in that role and stay, and has the old one still.
 * @param before ledger of the ceremony before
 */
export async function withNewcomers(
  company: Company,
  { changes, seats }: Cast,
  before: Ledger | undefined,
): Promise<Company> {
  if (!changes || (changes.joins === undefined && changes.renews === undefined)) return company;
  const { joins } = changes;
  const taken = new Set([
    ...company.people.map(({ seat }) => seat),
    ...(before?.former ?? []).map(({ seat }) => seat),
    ...(before?.shareSets ?? []).flatMap(({ shares }) => shares.map(({ seat }) => seat)),
  ]);
  const people: Person[] = [];
  const wanted = joins === undefined ? 0 : (seats.get(joins)?.present ?? 0);
  for (let number = 1; people.length < wanted; number++) {
    const seat = `${changes.role}-${number}`;
    if (taken.has(seat)) continue;
    people.push(standIn({ seat, role: joins ?? '', evidence: 'token' }, company.people.length + people.length));
  }
  const renewed = renewedOf(company.people, { changes, seats });
  const stay = company.people.map((person) => renewed.find(({ seat }) => seat === person.seat) ?? person);
  const client = await atCards(company.soft);
  try {
    const toEnrol = [...company.toEnrol];
    for (const person of [...people, ...renewed])
      toEnrol.push(await cardToEnrol(client, person, company.enrolled.length + toEnrol.length, company.played));
    return { ...company, people: [...stay, ...people], toEnrol };
  } finally {
    await client.end();
  }
}

/** Who gets another card, as seated until then: the last of those who are there in that role, and stay. */
export function renewedOf(
  people: readonly Person[],
  { changes, seats }: Pick<Cast, 'changes' | 'seats'>,
): readonly Person[] {
  const { renews, role, leaves = [] } = changes ?? {};
  const count = renews === undefined ? 0 : (seats.get(renews)?.present ?? 0);
  if (renews === undefined || count === 0) return [];
  const able = people.filter((person) => person.role === role && !leaves.includes(person.seat));
  return able.slice(-count).map((person) => ({ ...person, role: renews }));
}
