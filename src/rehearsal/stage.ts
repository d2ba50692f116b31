import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { keysOnHsms } from './adopted-keys.ts';
import type { Cast, Person } from './cast.ts';
import type { Stage, StagedHsm } from './documents.ts';
import type { Card, Enrolled } from './enrol.ts';
import { makeHsms } from './hsms.ts';
import { type Lasting, type LastingRequest, openStage, type Used } from './lasting.ts';
import { mediumFolder } from './medium-folder.ts';
import { withNewcomers } from './newcomers.ts';
import type { PlayedStore } from './played-hsm.ts';
import type { Papers } from './played-papers.ts';
import { PlayedPrinter } from './played-printer.ts';
import { bringRequests } from './requests.ts';
import { standInsFor } from './room.ts';
import { bagsOf } from './things.ts';
import { makeVendorTools } from './vendor-tools.ts';
import { writeDocuments, writeFoundingDocuments } from './write-documents.ts';

/** One ceremony, on a stage that is open. */
export interface CeremonyRequest {
  readonly cast: Cast;
  /** A folder for everything throw-away that this ceremony adds. */
  readonly folder: string;
  /** Where site binding, roster and authorization go; `inputs` in the folder where it is not said. */
  readonly inputs?: string;
  readonly script: Sha256;
  readonly program: Sha256;
}

/** The stage of one ceremony alone. */
export type SetRequest = CeremonyRequest & Omit<LastingRequest, 'casts'>;

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
  /** What prints the shares of this ceremony; null where it prints none. */
  readonly printer: PlayedPrinter | null;
  readonly papers: Papers;
  /** Step → the shell script that does what people do there with other tools. */
  readonly tools: ReadonlyMap<string, string>;
  /** Thing in the room → number of the bag in which it arrives. */
  readonly bags: Map<string, string>;
  /** Numbers of bags of earlier ceremonies, which nobody has any more. */
  readonly usedBags: ReadonlySet<string>;
  /** What the stage keeps of it when it is over. */
  readonly used: Used;
  /** What was chosen where nobody said it, in sentences for people. */
  readonly notes: readonly string[];
}

/**
 * Sets the stage of a rehearsal of one ceremony: throw-away SoftHSM tokens, enrolled people, a roster signed by all its token
 * holders, a site binding, and an authorization signed by the policy authority; the same documents as in production. Where
 * the script follows other ceremonies, what they left stands ready.
 */
export async function setStage(request: SetRequest): Promise<StageSet> {
  return await setCeremony(await openStage({ ...request, casts: [request.cast] }), request);
}

/**
 * Sets a stage that is open for its next ceremony: what earlier ones have left is what stands ready.
 * @throws CeremonyError REHEARSAL_SETUP
 */
export async function setCeremony(lasting: Lasting, request: CeremonyRequest): Promise<StageSet> {
  const { cast, folder } = request;
  const { window } = lasting;
  const company = await withNewcomers(lasting.company, cast, (lasting.before ?? lasting.previous)?.ledger);
  const { people, roster } = company;
  const media = makeMedia(folder, cast);
  const { hsms, before, notes } = await makeHsms({ lasting, cast, folder, media });
  const stores = storesOf(hsms);
  const { sheets, scripts } = makeVendorTools(cast.vendor, stores, folder);
  const brought = cast.requests ?? [];
  const uses = cast.stands.uses.flatMap(({ kind, called }) => (kind === 'certificate' ? [called] : []));
  const references = await bringRequests(brought, media, window.from, before, keysOnHsms(hsms), {
    uses,
    listed: lasting.listed,
  });
  const printer = prints(cast) ? new PlayedPrinter(folder) : null;
  const arrived = bagsOf(cast, people, before?.ledger.custody, lasting.bags);
  const { soft: cards, librarySha256 } = company.reached;
  const stage: Stage = { cards, hsms, librarySha256, media, sheets, references, before, bags: arrived, printer };
  const documents =
    roster === null
      ? writeFoundingDocuments(request, company, window, stage)
      : await writeDocuments(request, company, window, stage, roster);
  // The people put things into other bags, and note it in theirs.
  const bags = new Map(arrived);
  return {
    ...documents,
    ...{ keyFiles: [...stores.values()].flatMap((store) => store.keyFiles ?? []), references, tools: scripts },
    ...{ printer, papers: lasting.papers },
    ...{ bags, usedBags: lasting.bags, used: { company, hsms, folders: media, bags: [arrived, bags] } },
    notes: [...lasting.notes, ...(cast.room ? [standInsFor(cast.room, hsms, media)] : []), ...notes],
  };
}

/** Whether the script has blank sheets for shares. */
function prints({ materials }: Cast): boolean {
  return [...materials.values()].some(({ kind, sealed }) => kind === 'paper-share' && !sealed);
}

function storesOf(hsms: ReadonlyMap<string, StagedHsm>): Map<string, PlayedStore> {
  return new Map([...hsms].flatMap(([name, { played: one }]) => (one ? [[name, one.store] as const] : [])));
}

function makeMedia(folder: string, cast: Cast): Map<string, string[]> {
  const media = new Map<string, string[]>();
  for (const [name, copies] of cast.media) {
    const folders = Array.from({ length: copies }, (_, copy) => join(folder, 'media', mediumFolder(name, copy + 1)));
    for (const path of folders) mkdirSync(path, { recursive: true });
    media.set(name, folders);
  }
  return media;
}
