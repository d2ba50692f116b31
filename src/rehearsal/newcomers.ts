import type { Ledger } from '../ledger/ledger.ts';
import { type Cast, type Person, standIn } from './cast.ts';
import { atCards, type Company } from './company.ts';
import { cardToEnrol } from './enrol.ts';

/**
 * The company with those who are to join it in a ceremony: each with a card that is new, and a seat that nobody has or had.
 * @param before ledger of the ceremony before
 */
export async function withNewcomers(
  company: Company,
  { changes, seats }: Cast,
  before: Ledger | undefined,
): Promise<Company> {
  const joins = changes?.joins;
  if (!changes || joins === undefined) return company;
  const taken = new Set([
    ...company.people.map(({ seat }) => seat),
    ...(before?.former ?? []).map(({ seat }) => seat),
    ...(before?.shareSets ?? []).flatMap(({ shares }) => shares.map(({ seat }) => seat)),
  ]);
  const people: Person[] = [];
  for (let number = 1; people.length < (seats.get(joins)?.present ?? 0); number++) {
    const seat = `${changes.role}-${number}`;
    if (taken.has(seat)) continue;
    people.push(standIn({ seat, role: joins, evidence: 'token' }, company.people.length + people.length));
  }
  const client = await atCards(company.soft);
  try {
    const toEnrol = [...company.toEnrol];
    for (const person of people)
      toEnrol.push(await cardToEnrol(client, person, company.enrolled.length + toEnrol.length, company.played));
    return { ...company, people: [...company.people, ...people], toEnrol };
  } finally {
    await client.end();
  }
}
