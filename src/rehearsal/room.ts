import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { Shape } from '../quorum/shape.ts';
import type { Personality } from './personalities.ts';
import { isPlayed } from './personalities.ts';

/** An HSM as a site binds it. */
export interface RoomToken {
  readonly model: string;
  readonly label: string;
  /** Null where it is blank. */
  readonly serial: string | null;
  readonly means: string;
  /** Of a quorum of its own: what its people present, and how many of how many. */
  readonly quorum: { readonly devices: string; readonly need: number; readonly of: number } | null;
  readonly behavesAs: string | null;
}

/** What a rehearsal takes of a site; the core has held it to script and ledger before. */
export interface Room {
  /** File of the site binding. */
  readonly site: string;
  readonly place: string;
  /** Seat of the script → ids, in order. */
  readonly people: ReadonlyMap<string, readonly string[]>;
  readonly tokens: ReadonlyMap<string, RoomToken>;
  /** Thing in the room → the bag it arrives in. */
  readonly bags: ReadonlyMap<string, string>;
  /** As the site has them. */
  readonly materials: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What comes in → its name on its medium. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly modules: readonly string[];
  readonly sheets: readonly string[];
  /** The list of weak keys that the site names, by its path on this computer. */
  readonly weakKeys?: { readonly file: string; readonly sha256: Sha256; readonly entries: number };
}

const CODE = 'REHEARSAL_SETUP';

/** @throws CeremonyError REHEARSAL_SETUP */
export function readRoom(shape: Shape): Room {
  const text = (item: Parameters<Parameters<Shape['list']>[1]>[0], where: string) =>
    new Shape({ item }, CODE, where).text('item');
  const room: Room = {
    site: shape.text('site'),
    place: shape.text('place'),
    people: shape.map('people', (ids, seat, where) => new Shape({ [seat]: ids }, CODE, where).list(seat, text)),
    tokens: shape.map('tokens', (item, _name, where) => readToken(new Shape(item, CODE, where))),
    bags: shape.map('bags', (bag, _unit, where) => text(bag, where)),
    materials: Object.fromEntries(
      shape.map('materials', (thing, name, where) =>
        Object.fromEntries(new Shape({ [name]: thing }, CODE, where).map(name, (one, _member, at) => text(one, at))),
      ),
    ),
    inputs: shape.map('inputs', (file, _name, where) => text(file, where)),
    modules: shape.list('modules', text),
    sheets: shape.list('sheets', text),
    ...(shape.has('weakKeys') ? { weakKeys: readWeakKeys(shape.object('weakKeys')) } : {}),
  };
  // The supervisor's: it starts the stage with that pack.
  if (shape.has('previous')) shape.text('previous');
  shape.end();
  return room;
}

function readWeakKeys(shape: Shape): NonNullable<Room['weakKeys']> {
  const list = {
    file: shape.text('file'),
    sha256: shape.digest('sha256'),
    entries: shape.integer('entries', 1, Number.MAX_SAFE_INTEGER),
  };
  shape.end();
  return list;
}

function readToken(shape: Shape): RoomToken {
  const token = {
    model: shape.text('model'),
    label: shape.text('label'),
    serial: shape.has('serial') ? shape.text('serial') : null,
    means: shape.text('means'),
    quorum: shape.has('devices')
      ? { devices: shape.text('devices'), need: shape.integer('need', 1, 64), of: shape.integer('of', 1, 64) }
      : null,
    behavesAs: shape.has('behavesAs') ? shape.text('behavesAs') : null,
  };
  shape.end();
  return token;
}

/** What the HSMs of a site are played as: what all of them behave as, where a rehearsal plays that and unlocks it so. */
export function playedIn({ tokens }: Room): string | undefined {
  const [first, ...others] = new Set([...tokens.values()].map(({ behavesAs }) => behavesAs));
  const isSame = others.length === 0 && first != null;
  return isSame && [...tokens.values()].every(({ means }) => isPlayed(first, means)) ? first : undefined;
}

/** A personality whose quorum presents what the site says of the HSM, where both have one. */
export function asInRoom(personality: Personality, token: RoomToken | undefined): Personality {
  const { activation } = personality;
  if (!token?.quorum || activation.means !== 'device-quorum') return personality;
  return { ...personality, activation: { ...activation, ...token.quorum } };
}

/** @throws CeremonyError REHEARSAL_SETUP for a first enrolment: what it enrols is in the hands of its people alone */
export function refuseEnrolment(room: Room | undefined): void {
  if (!room) return;
  throw new CeremonyError(CODE, `a first enrolment is rehearsed with no site, and --site names "${room.site}"`, {
    hint: 'rehearse it without --site; "quorate plan SCRIPT --site SITE" holds the two to each other',
  });
}

/** What of the site no rehearsal has, each with what stands in for it: in sentences for people. */
export function standInsFor(
  room: Room,
  hsms: ReadonlyMap<string, { readonly model: string; readonly played: { readonly as: string } | null }>,
  media: ReadonlyMap<string, readonly string[]>,
): string {
  const tokens = [...room.tokens].flatMap(([name, { model, serial, means }]) => {
    const hsm = hsms.get(name);
    if (!hsm) return [];
    const here = hsm.played ? `played as ${hsm.played.as} (${hsm.model})` : `a token of SoftHSM, unlocked by shares`;
    return [`HSM "${name}": ${model}, ${serial === null ? 'blank' : `serial ${serial}`}, ${means} → ${here}`];
  });
  const list = (names: Iterable<string>) => [...names].join(', ') || 'none';
  return [
    `The rehearsal follows the site "${room.site}": its people by their ids, the labels of its HSMs, bags and safes, copies of`,
    'media, names of files. What only the room has is stood in for:',
    ...[
      ...tokens,
      `modules (${list(room.modules)}), with their libraries, networks and key files → modules of this computer`,
      `media (${list([...media].map(([name, { length }]) => `${name}: ${length}`))}) → folders`,
      ...(room.sheets.length === 0 ? [] : [`sheets of other tools (${list(room.sheets)}) → sheets of the rehearsal`]),
      'roster and authorization → such as throw-away tokens sign',
      `the place "${room.place}" → this computer`,
    ].map((line) => `  ${line}`),
  ].join('\n');
}
