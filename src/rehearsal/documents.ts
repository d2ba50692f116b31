import type { JsonObject } from '../base/canonical-json.ts';
import { durationMs } from '../base/dates.ts';
import { NO_DIGEST, type Sha256, sha256 } from '../base/digest.ts';
import type { OperationClass } from '../quorum/classes.ts';
import { behavesAs } from '../quorum/quirk-rows.ts';
import type { Roster } from '../quorum/roster.ts';
import { namedOnce } from '../quorum/serial.ts';
import { type Cast, isFounding, OFFICER, type Person, POLICY_AUTHORITY } from './cast.ts';
import type { Card, Enrolled } from './enrol.ts';
import { LABEL_PREFIX, NAME_PREFIX } from './marking.ts';
import type { PackBefore } from './pack-before.ts';
import type { Personality } from './personalities.ts';
import type { PlayedStore } from './played-hsm.ts';
import type { SoftHsm } from './soft-hsm.ts';
import { materialsDocument, seated } from './things.ts';

/** The classes that a first ceremony needs, with the least M that a rehearsal's roster gives them. */
const CLASSES: readonly OperationClass[] = [
  'administer',
  'inventory',
  'generate',
  'sign',
  'backup',
  'restore',
  'destroy',
];
const LEAST = 3;

/**
 * The roster of the rehearsal (type quorate/roster/1): M of a class is the script's floor, never below three; after another
 * ceremony it is what its roster said.
 */
export function rosterDocument(
  cast: Cast,
  people: readonly Person[],
  enrolled: readonly Enrolled[],
  before: Roster | null,
): JsonObject {
  const classes = before
    ? Object.fromEntries([...before.classes].map(([name, rule]) => [name, { ...rule }]))
    : classesFor(cast, people);
  return {
    type: 'quorate/roster/1',
    version: before?.version ?? 1,
    previous: before?.previous ?? NO_DIGEST,
    classes,
    members: people.map((person) => memberDocument(person, enrolled)),
  };
}

function memberDocument(person: Person, enrolled: readonly Enrolled[]): JsonObject {
  const { seat, role, evidence } = person;
  const token = enrolled.find((one) => one.person === person);
  if (!token) return { seat, role, evidence };
  const signing = Buffer.from(token.signing.certificate).toString('base64');
  const encryption = Buffer.from(token.encryption.certificate).toString('base64');
  return { seat, role, evidence, tokens: [{ ...token.shown, origin: token.origin, signing, encryption }] };
}

function classesFor(cast: Cast, people: readonly Person[]): Record<string, JsonObject> {
  const officers = people.filter((person) => person.role === OFFICER).length;
  const floors = CLASSES.map((name) => Math.max(cast.quorums.get(name) ?? 0, Math.min(LEAST, officers)));
  const most = Math.max(...floors);
  const classes: Record<string, JsonObject> = { authorize: { role: POLICY_AUTHORITY, need: 2 } };
  for (const [index, name] of CLASSES.entries()) {
    classes[name] = { role: OFFICER, need: name === 'administer' ? most : (floors[index] as number) };
  }
  return classes;
}

/** Names, apart from everything else (type quorate/people/1). */
export function peopleDocument(people: readonly Person[]): JsonObject {
  return {
    type: 'quorate/people/1',
    people: Object.fromEntries(
      people.map((person) => [person.seat, { name: person.name, organisation: person.organisation }]),
    ),
  };
}

/** An HSM of the stage: a SoftHSM, blank or as an earlier ceremony left it; or one that is played and there before. */
export interface StagedHsm {
  readonly soft: SoftHsm;
  readonly librarySha256: Sha256;
  readonly model: string;
  readonly label: string;
  /** Null for a blank one. */
  readonly serial: string | null;
  readonly played: {
    readonly as: string;
    readonly personality: Personality;
    /** What people type of its PIN. */
    readonly typed: string;
    readonly store: PlayedStore;
  } | null;
}

export interface Stage {
  readonly cards: SoftHsm;
  readonly hsms: ReadonlyMap<string, StagedHsm>;
  /** Of the module that reaches the quorum tokens. */
  readonly librarySha256: Sha256;
  /** Medium name → folders of its copies. */
  readonly media: ReadonlyMap<string, readonly string[]>;
  /** Sheet of other tools' steps → its text. */
  readonly sheets: ReadonlyMap<string, string>;
  /** The pack that the ceremony follows; null for a first one. */
  readonly before: PackBefore | null;
  /** Thing in the room → number of the bag in which it arrives. */
  readonly bags: ReadonlyMap<string, string>;
  /** What the authorization has of what comes in: name → SHA-256. */
  readonly references: ReadonlyMap<string, Sha256>;
  /** What prints shares; null where the script has none printed. */
  readonly printer: { readonly path: string } | null;
}

/** File of a sheet, beside the site binding. */
export const sheetFile = (sheet: string) => `sheet-${sheet}.txt`;

/** File of the list of weak keys, beside the site binding. */
export const WEAK_KEYS_FILE = 'weak-keys.txt';

/** Name of the module that reaches an HSM; the quorum tokens have their own. */
const moduleOf = (hsm: string) => `module-${hsm}`;
const CARDS = 'cards';

/** Folder of the pack that the ceremony follows, beside the site binding. */
export const BEFORE = 'previous';

/**
 * The site binding of the rehearsal, as YAML that is also JSON.
 * @param toEnrol tokens that the ceremony enrols
 */
export function siteDocument(cast: Cast, people: readonly Person[], stage: Stage, toEnrol: readonly Card[]): string {
  const module = (soft: SoftHsm, digest: Sha256) => ({
    library: soft.library,
    sha256: digest,
    environment: soft.environment,
    ...(soft.initArgs === undefined ? {} : { 'init-args': soft.initArgs }),
    network: 'none',
  });
  const modules: Record<string, unknown> = { [CARDS]: module(stage.cards, stage.librarySha256) };
  const tokens: Record<string, unknown> = {};
  for (const [name, { soft, librarySha256, model, label, serial, played }] of stage.hsms) {
    modules[moduleOf(name)] = {
      ...module(soft, librarySha256),
      ...keyFilesOf(cast, played?.store.keyFiles ?? null),
      ...(played?.personality.loginWithin === undefined ? {} : { 'login-within': played.personality.loginWithin }),
    };
    tokens[name] = {
      module: moduleOf(name),
      label,
      ...(serial === null ? { blank: true } : { serial }),
      ...(played ? { 'behaves-as': played.as } : {}),
      model,
      activation: played?.personality.activation ?? { means: 'shares' },
    };
  }
  const seats: Record<string, string[]> = {};
  for (const role of cast.seats.keys()) seats[role] = seated(cast, people, role);
  const site = {
    'quorate-site': 1,
    mode: 'rehearsal',
    marking: { 'common-name-prefix': NAME_PREFIX, 'label-prefix': LABEL_PREFIX },
    place: 'this computer, as a rehearsal',
    previous: stage.before ? { pack: BEFORE, head: stage.before.head } : 'none',
    ...(isFounding(cast) ? {} : { roster: 'roster.json' }),
    authorization: 'authorization.json',
    modules,
    tokens,
    'quorum-tokens': { module: CARDS, ...(toEnrol.length === 0 ? {} : { enrols: bySeat(toEnrol) }) },
    people: seats,
    materials: materialsDocument(cast, people, stage.bags, stage.before?.ledger.custody),
    boxes: Object.fromEntries(
      Object.values(seats)
        .flat()
        .map((seat) => [seat, `box-of-${seat}`]),
    ),
    ...inputsDocument(cast),
    ...(stage.printer ? { printer: stage.printer.path } : {}),
    media: Object.fromEntries([...stage.media].map(([name, folders]) => [name, folders.map((at) => ({ at }))])),
    'vendor-sheets': Object.fromEntries(
      [...stage.sheets].map(([name, text]) => [name, { file: sheetFile(name), sha256: sha256(text) }]),
    ),
    ...(cast.room?.weakKeys ? { 'weak-keys': { ...cast.room.weakKeys, file: WEAK_KEYS_FILE } } : {}),
  };
  return `${JSON.stringify(site, null, 2)}\n`;
}

/** What comes in, by the site's names or by the stand-ins'. */
function inputsDocument({ room, requests = [] }: Cast): Record<string, unknown> {
  const files = room ? [...room.inputs] : requests.map(({ name, file }) => [name, file] as const);
  return files.length === 0 && !room
    ? {}
    : { inputs: Object.fromEntries(files.map(([name, file]) => [name, { file }])) };
}

/** A script without media has nothing to keep them on; the plan of another says where they go. */
function keyFilesOf({ keyFilesOn }: Cast, folder: string | null): Record<string, unknown> {
  return folder === null || keyFilesOn === null ? {} : { 'key-files': { folder, 'kept-on': keyFilesOn } };
}

function bySeat(cards: readonly Card[]): Record<string, object[]> {
  const named: Record<string, object[]> = {};
  for (const { person, shown, adopts } of cards)
    named[person.seat] = [...(named[person.seat] ?? []), { ...shown, ...adopts }];
  return named;
}

/** What the policy authority signs (type quorate/authorization/1): the same digests a production permit names. */
export function authorizationDocument(
  digests: { script: Sha256; site: Sha256; roster: Sha256; program: Sha256 },
  window: { from: string; until: string },
  stage: Stage,
  cards: readonly Card[],
): JsonObject {
  const module = (soft: SoftHsm, digest: Sha256) => ({
    library: soft.library,
    sha256: digest,
    environment: { ...soft.environment },
    ...(soft.initArgs === undefined ? {} : { initArgs: soft.initArgs }),
  });
  const modules: Record<string, JsonObject> = { [CARDS]: module(stage.cards, stage.librarySha256) };
  for (const [name, { soft, librarySha256 }] of stage.hsms) modules[moduleOf(name)] = module(soft, librarySha256);
  return {
    type: 'quorate/authorization/1',
    ceremony: (stage.before?.ledger.number ?? 0) + 1,
    change: 'rehearsal',
    mode: 'rehearsal',
    notBefore: window.from,
    notAfter: window.until,
    ...digests,
    previous: previousDigest(stage),
    modules,
    cards: CARDS,
    hsms: [...stage.hsms].map(([name, { model, serial, played }]) => ({
      ...{ name, module: moduleOf(name), model },
      ...(serial === null ? { blank: true } : { serial }),
      ...(played ? { activation: permitted(played.personality), ...behavesAs(played.as) } : {}),
    })),
    tokens: namedOnce(cards.map(({ shown }) => shown)),
    references: Object.fromEntries(stage.references),
  };
}

/** Of the manifest of the pack that the ceremony follows; zeros where it follows none. */
export function previousDigest({ before }: Pick<Stage, 'before'>): Sha256 {
  return before ? sha256(before.manifest) : NO_DIGEST;
}

/** The activation of a personality, as an authorization has it. */
function permitted({ activation, loginWithin }: Personality): JsonObject {
  const { login: _login, ...named } = activation;
  return { ...named, ...(loginWithin === undefined ? {} : { seconds: durationMs(loginWithin) / 1000 }) } as JsonObject;
}
