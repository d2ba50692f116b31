import { parseCanonicalObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { checkText, describeTextFault } from '../base/text.ts';
import { Shape } from '../quorum/shape.ts';
import { PATH } from './layout.ts';

/** Who sits in a seat. The only place of a pack that holds names. */
export interface Person {
  readonly name: string;
  readonly organisation: string;
}

const SEAT = /^[a-z][a-z0-9-]{0,63}$/;

/** Reads people.json (type quorate/people/1): seat → person. @throws CeremonyError JSON_NOT_CANONICAL, PACK_UNREADABLE */
export function readPeople(bytes: Uint8Array): ReadonlyMap<string, Person> {
  const shape = new Shape(parseCanonicalObject(bytes, PATH.people), 'PACK_UNREADABLE', PATH.people);
  shape.literal('type', 'quorate/people/1');
  const people = shape.map('people', (item, seat, where) => {
    if (!SEAT.test(seat)) throw new CeremonyError('PACK_UNREADABLE', `${where} is no seat`);
    const person = new Shape(item, 'PACK_UNREADABLE', where);
    const read = { name: readName(person, 'name', where), organisation: readName(person, 'organisation', where) };
    person.end();
    return read;
  });
  shape.end();
  return people;
}

function readName(shape: Shape, key: string, where: string): string {
  const text = shape.text(key);
  const [fault] = checkText(text);
  if (fault)
    throw new CeremonyError('PACK_UNREADABLE', `${where}: "${key}" holds a character that ${describeTextFault(fault)}`);
  if (text.includes('\n')) throw new CeremonyError('PACK_UNREADABLE', `${where}: "${key}" has more than one line`);
  return text;
}
