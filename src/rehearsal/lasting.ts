import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CeremonyError } from '../base/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { startTokenProcess } from '../token/client.ts';
import { type Cast, isFounding } from './cast.ts';
import { assembleCompany, type Company, companyAfter } from './company.ts';
import type { StagedHsm } from './documents.ts';
import { holdSequence } from './hold-sequence.ts';
import { type PackBefore, packBefore } from './pack-before.ts';
import { personalityNamed } from './personalities.ts';
import { pinDigits } from './played-hsm.ts';
import type { Papers } from './played-papers.ts';
import { type PreviousPack, readPreviousPack } from './previous-pack.ts';
import { playedIn, refuseEnrolment } from './room.ts';
import { wholeCast } from './whole-cast.ts';

/** This file is `<root>/src/rehearsal/lasting.ts`, or built in `dist`. */
const PROGRAM_ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What of a stage stays from one ceremony to the next. What a ceremony adds to it is in `stage.ts`. */
export interface Lasting {
  readonly company: Company;
  /** Serial → HSM: those that ceremonies have left. */
  readonly hsms: ReadonlyMap<string, StagedHsm>;
  /** Share envelopes that ceremonies have written, by the names of their files. */
  readonly envelopes: ReadonlyMap<string, Uint8Array>;
  /** Wrapped keys that ceremonies have written, likewise. */
  readonly wrapped: ReadonlyMap<string, Uint8Array>;
  /** Shares that their custodians keep on paper. */
  readonly papers: Papers;
  /** Every number that was on a bag: a bag is used once. */
  readonly bags: ReadonlySet<string>;
  /** Of the ceremony before; null before the first one. */
  readonly before: PackBefore | null;
  /** The pack that the first ceremony follows, with throw-away keys in the place of its own. */
  readonly previous: PreviousPack | null;
  /** UTC: an authorization holds no longer than the members' certificates. */
  readonly window: { readonly from: string; readonly until: string };
  /** What each HSM is played as; a blank SoftHSM where it is undefined. */
  readonly as: string | undefined;
  /** What people type for an HSM that is played: of all of them, since a key is copied among them. */
  readonly typed: string;
  /** How many certificates the CRL of a CA that is adopted lists. */
  readonly listed: number;
  /** What was chosen where nobody said it, in sentences for people. */
  readonly notes: readonly string[];
}

export interface LastingRequest {
  /** Of each ceremony, in order. */
  readonly casts: readonly Cast[];
  /** What their scripts are called, for messages. */
  readonly names?: readonly string[];
  /** A new folder for everything throw-away. */
  readonly folder: string;
  /** UTC, whole seconds: the window of the authorizations and the members' certificates. */
  readonly window: { readonly from: string; readonly until: string };
  /** Folder of the pack of the ceremony before the first. */
  readonly from?: string;
  /** What each HSM is played as; a blank SoftHSM where it is not said. */
  readonly as?: string;
  /** What kind of card the quorum tokens are played as; SoftHSM tokens where it is not said. */
  readonly cardsAs?: string;
  /** How many certificates the CRL of a CA that is adopted lists; one where it is not said. */
  readonly listed?: number;
}

/** What plays an HSM that has tools and a PIN of its own, where nobody says what: SoftHSM has none. */
const READY = 'luna-7';

/**
 * Makes what stays through all ceremonies of a rehearsal: enrolled people with a roster that all its token holders have signed.
 * @throws CeremonyError REHEARSAL_SETUP, PACK_UNREADABLE, USAGE
 */
export async function openStage(request: LastingRequest): Promise<Lasting> {
  // Before anything is made: a name that nobody plays is a slip of the pen, and so is a folder that is no pack.
  const cast = wholeCast(request.casts);
  const { room } = cast;
  if (cast.enrols.size > 0) refuseEnrolment(room);
  const by = room && playedIn(room);
  const why = chosenFor(cast);
  const as = request.as ?? by ?? (why === undefined ? undefined : READY);
  if (as !== undefined) personalityNamed(as);
  const previous = request.from === undefined ? null : previousOf(cast, request.from);
  holdSequence(request.casts, request.names ?? [], previous?.ledger);
  const isChosen = request.as === undefined && by === undefined && as !== undefined;
  return {
    company: await assembleCompany({ ...request, cast, previous }),
    ...{
      hsms: new Map(),
      envelopes: new Map(),
      wrapped: new Map(),
      papers: new Map(),
      bags: new Set<string>(),
      before: null,
      previous,
    },
    ...{ window: request.window, as, typed: pinDigits(), listed: request.listed ?? 1 },
    notes: isChosen ? [`${why}: played as ${as}.`] : [],
  };
}

/** What a ceremony has used of a stage, and has left on it. */
export interface Used {
  /** Its people, those who joined in it among them. */
  readonly company: Company;
  readonly hsms: ReadonlyMap<string, StagedHsm>;
  /** Medium → folders of its copies. */
  readonly folders: ReadonlyMap<string, readonly string[]>;
  /** Thing in the room → number of its bag: as it arrived, and as it was put away. */
  readonly bags: readonly ReadonlyMap<string, string>[];
}

/**
 * The stage once a ceremony is over: its HSMs by the serials that they have now, its envelopes from the media that it has
 * written, and its pack.
 * @param pack folder of the sealed pack
 * @throws CeremonyError PACK_UNREADABLE, JSON_NOT_CANONICAL
 */
export async function afterCeremony(lasting: Lasting, used: Used, pack: string): Promise<Lasting> {
  const before = packBefore(pack);
  const held = new Set([...used.hsms.values()].map(({ soft }) => soft.tokens));
  const hsms = new Map([...lasting.hsms].filter(([, { soft }]) => !held.has(soft.tokens)));
  for (const hsm of used.hsms.values()) {
    const serial = await serialOf(hsm);
    if (serial !== null) hsms.set(serial, { ...hsm, serial });
  }
  return {
    ...lasting,
    company: companyAfter(used.company, before),
    hsms,
    envelopes: new Map([...lasting.envelopes, ...envelopesOn(used.folders, before.ledger)]),
    wrapped: new Map([...lasting.wrapped, ...wrappedOn(used.folders, before.ledger)]),
    bags: new Set([...lasting.bags, ...used.bags.flatMap((bags) => [...bags.values()])]),
    before,
    notes: [],
  };
}

/** Asked of the token itself: one that was initialised in the ceremony has a new one. Null for one that is blank. */
async function serialOf({ soft, serial, played }: StagedHsm): Promise<string | null> {
  if (played) return serial;
  const client = await startTokenProcess({ programRoot: PROGRAM_ROOT, ...soft });
  try {
    return (await client.tokens()).find(({ initialized }) => initialized)?.serial ?? null;
  } finally {
    await client.end();
  }
}

/** The envelopes of the ledger that lie on these media, each from the first copy that has it. */
function envelopesOn(folders: Used['folders'], { shareSets }: Ledger): Map<string, Uint8Array> {
  return filesOn(
    folders,
    shareSets.flatMap(({ envelopes }) => Object.entries(envelopes)),
  );
}

function wrappedOn(folders: Used['folders'], { backups = [] }: Ledger): Map<string, Uint8Array> {
  return filesOn(
    folders,
    backups.flatMap(({ media, file }) => media.map((medium) => [medium, [file]] as const)),
  );
}

function filesOn(
  folders: Used['folders'],
  lie: readonly (readonly [medium: string, files: readonly string[]])[],
): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const [medium, files] of lie) {
    const copies = folders.get(medium.replace(/ [0-9]+$/, '')) ?? [];
    for (const file of files) {
      const at = copies.map((folder) => join(folder, file)).find((path) => existsSync(path));
      if (at !== undefined) found.set(file, readFileSync(at));
    }
  }
  return found;
}

/** Why an HSM is no blank SoftHSM; undefined where it may be one. */
function chosenFor({ vendor, requests = [] }: Cast): string | undefined {
  if (vendor.length > 0) return "A step copies a key with its vendor's tools, which SoftHSM has not";
  const adopts = requests.some((one) => one.type === 'certificate' && one.adopted);
  return adopts ? 'An HSM comes with a key, and shares would not open it' : undefined;
}

/** @throws CeremonyError REHEARSAL_SETUP, PACK_UNREADABLE */
function previousOf(cast: Cast, from: string): PreviousPack {
  if (!isFounding(cast)) return readPreviousPack(from);
  throw new CeremonyError('REHEARSAL_SETUP', `a first enrolment follows no ceremony, and --from names "${from}"`, {
    hint: 'rehearse it without --from',
  });
}
