import type { Json, JsonObject } from '../base/canonical-json.ts';
import type { Roster } from '../quorum/roster.ts';
import { Shape } from '../quorum/shape.ts';
import { type BroughtFile, readBroughtFile } from './requests.ts';
import { type Room, readRoom } from './room.ts';

/** A step in which people work with other tools: by which sheet, and from which HSM to which a key is copied. */
export interface VendorWork {
  readonly step: string;
  readonly sheet: string;
  readonly copies: readonly { readonly from: string; readonly to: string }[];
}

/** Something of an earlier ceremony that a script uses: its kind and name, and the label of the CA's key. */
export interface Use {
  readonly kind: 'key' | 'certificate' | 'crl' | 'backup';
  readonly called: string;
  readonly of: string;
  /** Of a key: the name that the script gives it in a request to another CA, by type of attribute. */
  readonly subject?: ReadonlyMap<string, string>;
  /** Of a key: it leaves its HSM wrapped. */
  readonly wrappable?: true;
  /** Of a CRL: it is of a partition. */
  readonly partitioned?: true;
}

/** What stands from earlier ceremonies when this one begins. */
export interface Stands {
  /** HSMs that the script expects as the ledger has them. */
  readonly tokens: readonly string[];
  readonly uses: readonly Use[];
  /** The medium that brings the share envelopes; null where the script has no such thing. */
  readonly envelopes: string | null;
  /** Media that bring wrapped keys, and those that bring the envelopes of what opens them; absent where none is restored. */
  readonly restores?: { readonly envelopes: readonly string[]; readonly backups: readonly string[] };
}

/**
 * A change of the roster: seats that leave it, and as what those join, or stay with another token, who are seated under a role
 * of their own.
 */
export interface Changes {
  readonly leaves: readonly string[];
  readonly joins?: string;
  readonly renews?: string;
  readonly role: string;
}

/** Whether people are seated under that role until their tokens are enrolled, and under another from then on. */
export function isEnrolledFor({ changes }: Pick<Cast, 'changes'>, role: string): boolean {
  return changes !== undefined && (role === changes.joins || role === changes.renews);
}

/** Whether the script makes the first roster: there is none before it. */
export function isFounding({ enrols, changes }: Pick<Cast, 'enrols' | 'changes'>): boolean {
  return enrols.size > 0 && changes === undefined;
}

/** What a rehearsal must set up for a script, as the core read it out of the plan. */
export interface Cast {
  /** Role → how many exist and how many come. */
  readonly seats: ReadonlyMap<string, { readonly of: number; readonly present: number }>;
  /** Names of the script's HSM tokens. */
  readonly tokens: readonly string[];
  /** Medium name → how many copies. */
  readonly media: ReadonlyMap<string, number>;
  /** The medium for keys that are files; null where the script has none at all. */
  readonly keyFilesOn: string | null;
  /** Things in the room. `each`: the role whose people have one each, or null. */
  readonly materials: ReadonlyMap<
    string,
    { readonly kind: string; readonly sealed: boolean; readonly each: string | null; readonly copies: number }
  >;
  /** The script's floors by operation class. */
  readonly quorums: ReadonlyMap<string, number>;
  /** What people do to HSMs with other tools. */
  readonly vendor: readonly VendorWork[];
  /** Role → tokens of each of its people that are enrolled: in a first enrolment, and of whoever joins a roster. */
  readonly enrols: ReadonlyMap<string, number>;
  /** How the script changes the roster; absent where it does not. */
  readonly changes?: Changes;
  readonly stands: Stands;
  /** Labels of the keys that the script makes or adopts. */
  readonly keys?: readonly string[];
  /** What requesters bring; absent where the script reads nothing. */
  readonly requests?: readonly BroughtFile[];
  /** What a site says of the ceremony; absent where none is followed. */
  readonly room?: Room;
}

/** Whether there must have been a ceremony before. */
export function follows({ stands }: Cast): boolean {
  return stands.tokens.length > 0 || stands.uses.length > 0;
}

/** @throws CeremonyError REHEARSAL_SETUP */
export function readCast(value: JsonObject): Cast {
  const shape = new Shape(value, 'REHEARSAL_SETUP', 'the cast of the rehearsal');
  const cast: Cast = {
    seats: shape.map('seats', (item, _name, where) => {
      const seat = new Shape(item, 'REHEARSAL_SETUP', where);
      const numbers = { of: seat.integer('of', 1, 64), present: seat.integer('present', 1, 64) };
      seat.end();
      return numbers;
    }),
    tokens: shape.list('tokens', (item, where) => new Shape({ item }, 'REHEARSAL_SETUP', where).text('item')),
    media: shape.map('media', (item, name, where) =>
      new Shape({ [name]: item }, 'REHEARSAL_SETUP', where).integer(name, 1, 9),
    ),
    keyFilesOn: shape.has('keyFilesOn') ? shape.text('keyFilesOn') : null,
    materials: shape.map('materials', (item, _name, where) => {
      const material = new Shape(item, 'REHEARSAL_SETUP', where);
      const each = material.any('each');
      const found = {
        kind: material.text('kind'),
        sealed: material.any('sealed') === true,
        each: typeof each === 'string' ? each : null,
        copies: material.integer('copies', 0, 255),
      };
      material.end();
      return found;
    }),
    quorums: shape.map('quorums', (item, name, where) =>
      new Shape({ [name]: item }, 'REHEARSAL_SETUP', where).integer(name, 2, 64),
    ),
    vendor: shape.list('vendor', readVendorWork),
    enrols: shape.map('enrols', (item, name, where) =>
      new Shape({ [name]: item }, 'REHEARSAL_SETUP', where).integer(name, 1, 2),
    ),
    ...(shape.has('changes') ? { changes: readChanges(shape.object('changes')) } : {}),
    stands: shape.has('stands') ? readStands(shape.object('stands')) : NOTHING,
    keys: shape.has('keys')
      ? shape.list('keys', (item, where) => new Shape({ item }, 'REHEARSAL_SETUP', where).text('item'))
      : [],
    requests: shape.has('requests')
      ? shape.list('requests', (item, where) => readBroughtFile(new Shape(item, 'REHEARSAL_SETUP', where)))
      : [],
    ...(shape.has('room') ? { room: readRoom(shape.object('room')) } : {}),
  };
  shape.end();
  return cast;
}

const NOTHING: Stands = { tokens: [], uses: [], envelopes: null };

function readChanges(shape: Shape): Changes {
  const changes = {
    leaves: shape.list('leaves', (item, where) => new Shape({ item }, 'REHEARSAL_SETUP', where).text('item')),
    ...(shape.has('joins') ? { joins: shape.text('joins') } : {}),
    ...(shape.has('renews') ? { renews: shape.text('renews') } : {}),
    role: shape.text('role'),
  };
  shape.end();
  return changes;
}

function readStands(shape: Shape): Stands {
  const stands: Stands = {
    tokens: shape.list('tokens', (item, where) => new Shape({ item }, 'REHEARSAL_SETUP', where).text('item')),
    uses: shape.list('uses', (item, where) => {
      const use = new Shape(item, 'REHEARSAL_SETUP', where);
      const read = {
        kind: use.literal('kind', 'key', 'certificate', 'crl', 'backup'),
        called: use.text('called'),
        of: use.text('of'),
        ...(use.has('subject')
          ? {
              subject: use.map('subject', (one, type, at) =>
                new Shape({ [type]: one }, 'REHEARSAL_SETUP', at).text(type),
              ),
            }
          : {}),
      };
      const wrappable = use.has('wrappable') && use.flag('wrappable');
      const partitioned = use.has('partitioned') && use.flag('partitioned');
      use.end();
      return { ...read, ...(wrappable ? { wrappable } : {}), ...(partitioned ? { partitioned } : {}) };
    }),
    envelopes: shape.has('envelopes') ? shape.text('envelopes') : null,
    ...(shape.has('restores') ? { restores: readRestores(shape.object('restores')) } : {}),
  };
  shape.end();
  return stands;
}

function readRestores(shape: Shape) {
  const names = (key: string) =>
    shape.list(key, (item, where) => new Shape({ item }, 'REHEARSAL_SETUP', where).text('item'));
  const media = { envelopes: names('envelopes'), backups: names('backups') };
  shape.end();
  return media;
}

function readVendorWork(item: Json, where: string): VendorWork {
  const shape = new Shape(item, 'REHEARSAL_SETUP', where);
  const work = {
    step: shape.text('step'),
    sheet: shape.text('sheet'),
    copies: shape.list('copies', (one, at) => {
      const copy = new Shape(one, 'REHEARSAL_SETUP', at);
      const ends = { from: copy.text('from'), to: copy.text('to') };
      copy.end();
      return ends;
    }),
  };
  shape.end();
  return work;
}

/** The role that approves HSM operations, and the one that signs authorizations. */
export const OFFICER = 'crypto-officer';
export const POLICY_AUTHORITY = 'policy-authority';
const POLICY_MEMBERS = 2;

/** A person of the rehearsal: a seat, a name, and whether they have a token. */
export interface Person {
  readonly seat: string;
  readonly role: string;
  readonly name: string;
  readonly organisation: string;
  readonly evidence: 'token' | 'paper';
}

const NAMES = [
  'Alice',
  'Bob',
  'Carol',
  'Dave',
  'Erin',
  'Frank',
  'Grace',
  'Heidi',
  'Ivan',
  'Judy',
  'Mallory',
  'Niaj',
  'Olivia',
  'Peggy',
  'Rupert',
  'Sybil',
  'Trent',
  'Victor',
  'Walter',
  'Yara',
];

/**
 * The people of a rehearsal: all officers and the first witness hold a token, everybody else signs paper, so that
 * both kinds of evidence are rehearsed; and two of the policy authority, who sign the authorization. In a first
 * enrolment those hold a token whom the script enrols.
 */
export function people(cast: Cast): Person[] {
  // Who joins is nobody of them yet, and who gets another token is one of those who are there.
  const roles = new Map(
    [...cast.seats].flatMap(([role, { of }]) => (isEnrolledFor(cast, role) ? [] : [[role, of] as const])),
  );
  const founds = isFounding(cast);
  if (!founds) roles.set(POLICY_AUTHORITY, Math.max(POLICY_MEMBERS, roles.get(POLICY_AUTHORITY) ?? 0));
  const all: Person[] = [];
  for (const [role, count] of roles) {
    for (let number = 1; number <= count; number++) {
      const withToken = founds
        ? cast.enrols.has(role)
        : role === OFFICER || role === POLICY_AUTHORITY || (role === 'witness' && number === 1);
      all.push(standIn({ seat: `${role}-${number}`, role, evidence: withToken ? 'token' : 'paper' }, all.length));
    }
  }
  return all;
}

/** A person with that seat and a name that nobody has. @param number counts the people, from 0 */
export function standIn(member: Pick<Person, 'seat' | 'role' | 'evidence'>, number: number): Person {
  const name = NAMES[number % NAMES.length] as string;
  return {
    seat: member.seat,
    role: member.role,
    name: `${name} ${number >= NAMES.length ? `Rehearsal ${number}` : 'Rehearsal'}`,
    organisation: member.role === 'auditor' ? 'Example Audit LLP' : 'Example Org',
    evidence: member.evidence,
  };
}

/**
 * The people of a roster, with other names: those first who hold shares, so that enough of them come. Seats of the script
 * that the roster cannot fill are filled as in a first ceremony.
 * @param custodians seats that hold shares
 */
export function peopleOf(cast: Cast, roster: Roster, custodians: ReadonlySet<string>): Person[] {
  const inOrder = roster.members.toSorted((a, b) => Number(custodians.has(b.seat)) - Number(custodians.has(a.seat)));
  const all = inOrder.map(standIn);
  const seats = new Set(all.map(({ seat }) => seat));
  for (const one of people(cast)) {
    const here = all.filter(({ role }) => role === one.role).length;
    if (here >= (cast.seats.get(one.role)?.present ?? 0) || seats.has(one.seat)) continue;
    all.push(standIn(one, all.length));
  }
  return all;
}

/**
 * The same people, those first whom a site seats, in its order and by its ids. Who is on no roster yet takes the place of
 * somebody who was made up, or comes in addition.
 * @param roster seats of the roster before
 */
export function asSeated(
  people: readonly Person[],
  seats: ReadonlyMap<string, readonly string[]>,
  roster: ReadonlySet<string>,
): Person[] {
  const rest = [...people];
  const first: Person[] = [];
  for (const [role, ids] of seats) {
    for (const seat of ids) {
      const own = rest.findIndex((one) => one.seat === seat);
      const at = own < 0 ? rest.findIndex((one) => one.role === role && !roster.has(one.seat)) : own;
      const [one] = at < 0 ? [] : rest.splice(at, 1);
      const evidence = role === OFFICER ? 'token' : 'paper';
      first.push(one ? { ...one, seat } : standIn({ seat, role, evidence }, people.length + first.length));
    }
  }
  return [...first, ...rest];
}
