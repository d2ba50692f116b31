import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalBytes, type JsonObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { startTokenProcess } from '../token/client.ts';
import { keysOnHsms } from './adopted-keys.ts';
import { cardNamed } from './card-personalities.ts';
import { asSeated, type Cast, people as castPeople, type Person, peopleOf } from './cast.ts';
import { rosterDocument, type Stage, type StagedHsm } from './documents.ts';
import { type Card, cardToEnrol, type Enrolled, enrol } from './enrol.ts';
import { custodianSeats, makeHsms } from './hsms.ts';
import { personalityNamed } from './personalities.ts';
import { playCards } from './played-cards.ts';
import type { PlayedStore } from './played-hsm.ts';
import { type PreviousPack, readPreviousPack } from './previous-pack.ts';
import { bringRequests } from './requests.ts';
import { playedIn, refuseEnrolment, standInsFor } from './room.ts';
import { makeSoftHsm } from './soft-hsm.ts';
import { bagsOf } from './things.ts';
import { makeVendorTools } from './vendor-tools.ts';
import { writeDocuments, writeFoundingDocuments } from './write-documents.ts';

/** This file is `<root>/src/rehearsal/stage.ts`, or built in `dist`. */
const PROGRAM_ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface SetRequest {
  readonly cast: Cast;
  /** A new folder for everything throw-away. */
  readonly folder: string;
  /** Where site binding, roster and authorization go; `inputs` in the folder where it is not said. */
  readonly inputs?: string;
  readonly script: Sha256;
  readonly program: Sha256;
  /** UTC, whole seconds: the window of the authorization and the members' certificates. */
  readonly window: { readonly from: string; readonly until: string };
  /** Folder of the pack of the ceremony before this one. */
  readonly from?: string;
  /** What each HSM is played as; a blank SoftHSM where it is not said. */
  readonly as?: string;
  /** What kind of card the quorum tokens are played as; SoftHSM tokens where it is not said. */
  readonly cardsAs?: string;
}

export interface StageSet {
  /** What the guard is started with, ready for its request `start`. */
  readonly start: JsonObject;
  readonly modules: readonly string[];
  readonly media: readonly string[];
  /** Folders with keys of played HSMs. */
  readonly keyFiles: readonly string[];
  /** Folder with site.yaml, roster, people, authorization and their signatures. */
  readonly inputs: string;
  /** Every quorum token, with keys or about to be enrolled. */
  readonly cards: readonly Card[];
  /** Those with keys: none in a first enrolment. */
  readonly enrolled: readonly Enrolled[];
  readonly people: readonly Person[];
  readonly authorization: Sha256;
  /** HSM → what people type of its PIN, where they type one. */
  readonly hsmPins: ReadonlyMap<string, string>;
  /** What the authorization has of what comes in: name → SHA-256. */
  readonly references: ReadonlyMap<string, Sha256>;
  /** Step → the shell script that does what people do there with other tools. */
  readonly tools: ReadonlyMap<string, string>;
  /** Thing in the room → number of the bag in which it arrives. */
  readonly bags: Map<string, string>;
  /** What was chosen where nobody said it, in sentences for people. */
  readonly notes: readonly string[];
}

/** What plays an HSM that has tools and a PIN of its own, where nobody says what: SoftHSM has none. */
const READY = 'luna-7';

/**
 * Sets the stage of a rehearsal: throw-away SoftHSM tokens, enrolled people, a roster signed by all its token
 * holders, a site binding, and an authorization signed by the policy authority; the same documents as in production. Where
 * the script follows other ceremonies, what they left stands ready.
 */
export async function setStage(request: SetRequest): Promise<StageSet> {
  // Before anything is made: a name that nobody plays is a slip of the pen, and so is a folder that is no pack.
  const { room } = request.cast;
  if (request.cast.enrols.size > 0) refuseEnrolment(room);
  const by = room && playedIn(room);
  const why = chosenFor(request.cast);
  const as = request.as ?? by ?? (why === undefined ? undefined : READY);
  if (as !== undefined) personalityNamed(as);
  const previous = request.from === undefined ? null : previousOf(request.cast, request.from);
  const known = previous?.roster
    ? peopleOf(request.cast, previous.roster, custodianSeats(previous.ledger))
    : castPeople(request.cast);
  const rostered = new Set(previous?.roster?.members.map(({ seat }) => seat));
  const people = room ? asSeated(known, room.people, rostered) : known;
  const cards = makeSoftHsm(join(request.folder, 'cards'));
  const librarySha256 = sha256(readFileSync(cards.library));
  const card = request.cardsAs === undefined ? undefined : cardNamed(request.cardsAs);
  const client = await startTokenProcess({
    programRoot: PROGRAM_ROOT,
    library: cards.library,
    environment: cards.environment,
  });
  try {
    const enrolled: Enrolled[] = [];
    const toEnrol: Card[] = [];
    for (const person of people) {
      if (person.evidence !== 'token') continue;
      const tokens = request.cast.enrols.get(person.role) ?? 0;
      if (request.cast.enrols.size === 0)
        enrolled.push(await enrol(client, person, enrolled.length, request.window, card));
      else
        for (let token = 0; token < tokens; token++)
          toEnrol.push(await cardToEnrol(client, person, toEnrol.length, card));
    }
    const isFounding = toEnrol.length > 0;
    const roster = isFounding
      ? null
      : canonicalBytes(rosterDocument(request.cast, people, enrolled, previous?.roster ?? null));
    const media = makeMedia(request.folder, request.cast);
    const model = enrolled[0]?.model ?? '';
    const { hsms, before, notes } = await makeHsms({ ...request, as, model, people, roster, media, previous });
    const { folder } = request;
    const reached = card
      ? playCards(cards, join(folder, 'cards'), join(folder, 'played-cards'), card)
      : { soft: cards, librarySha256 };
    const stores = storesOf(hsms);
    const { sheets, scripts } = makeVendorTools(request.cast.vendor, stores, folder);
    const brought = request.cast.requests ?? [];
    const references = await bringRequests(brought, media, request.window.from, before, keysOnHsms(hsms));
    const stage: Stage = {
      cards: reached.soft,
      hsms,
      librarySha256: reached.librarySha256,
      media,
      sheets,
      references,
      before,
    };
    const documents =
      roster === null
        ? writeFoundingDocuments(request, people, toEnrol, stage)
        : await writeDocuments(request, people, enrolled, stage, roster, client);
    const keyFiles = [...stores.values()].flatMap((store) => store.keyFiles ?? []);
    const bags = bagsOf(request.cast, people, before?.ledger.custody);
    const chosen = [
      ...(request.as === undefined && by === undefined && as !== undefined ? [`${why}: played as ${as}.`] : []),
      ...(room ? [standInsFor(room, hsms, media)] : []),
    ];
    return { ...documents, keyFiles, references, bags, tools: scripts, notes: [...chosen, ...notes] };
  } finally {
    await client.end();
  }
}

/** Why an HSM is no blank SoftHSM; undefined where it may be one. */
function chosenFor({ vendor, requests = [] }: Cast): string | undefined {
  if (vendor.length > 0) return "A step copies a key with its vendor's tools, which SoftHSM has not";
  const adopts = requests.some((one) => one.type === 'certificate' && one.adopted);
  return adopts ? 'An HSM comes with a key, and shares would not open it' : undefined;
}

/** @throws CeremonyError REHEARSAL_SETUP, PACK_UNREADABLE */
function previousOf({ enrols }: Cast, from: string): PreviousPack {
  if (enrols.size === 0) return readPreviousPack(from);
  throw new CeremonyError('REHEARSAL_SETUP', `a first enrolment follows no ceremony, and --from names "${from}"`, {
    hint: 'rehearse it without --from',
  });
}

function storesOf(hsms: ReadonlyMap<string, StagedHsm>): Map<string, PlayedStore> {
  return new Map([...hsms].flatMap(([name, { played: one }]) => (one ? [[name, one.store] as const] : [])));
}

function makeMedia(folder: string, cast: Cast): Map<string, string[]> {
  const media = new Map<string, string[]>();
  for (const [name, copies] of cast.media) {
    const folders = Array.from({ length: copies }, (_, copy) => join(folder, 'media', `${name}-${copy + 1}`));
    for (const path of folders) mkdirSync(path, { recursive: true });
    media.set(name, folders);
  }
  return media;
}
