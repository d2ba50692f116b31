import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../base/digest.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readRoster } from '../quorum/roster.ts';
import { type Cast, follows, type Person } from './cast.ts';
import type { StagedHsm } from './documents.ts';
import { inventPack } from './invented-pack.ts';
import { markedTokenLabel } from './marking.ts';
import { type Personality, personalityNamed } from './personalities.ts';
import { pinDigits, playHsm, playingModule } from './played-hsm.ts';
import type { PreviousPack } from './previous-pack.ts';
import { prepareHsm } from './ready-hsm.ts';
import { asInRoom } from './room.ts';
import { makeSoftHsm, type SoftHsm } from './soft-hsm.ts';
import type { StandInPack } from './stand-in-pack.ts';
import { custodiansOf, envelopeMedium, expectedTokens, type Ready, readyAsPlayed, standing } from './standing.ts';
import { inventedRegister } from './things.ts';

export interface HsmRequest {
  readonly cast: Cast;
  readonly folder: string;
  readonly window: { readonly from: string };
  /** What a SoftHSM calls its model. */
  readonly model: string;
  /** What each HSM is played as; SoftHSM where it is undefined. */
  readonly as: string | undefined;
  readonly people: readonly Person[];
  /** Bytes of the roster; null in a first enrolment, which uses no HSM. */
  readonly roster: Uint8Array | null;
  /** Medium → folders of its copies; one for share envelopes is added where there is none. */
  readonly media: Map<string, string[]>;
  readonly previous: PreviousPack | null;
}

/** The HSMs of the stage, and what stands from earlier ceremonies. */
export interface Hsms {
  readonly hsms: ReadonlyMap<string, StagedHsm>;
  readonly before: StandInPack | null;
  readonly notes: readonly string[];
}

const INVENTED =
  'No evidence pack is given with --from: what the script takes from earlier ceremonies is invented for this rehearsal.';

/** Makes each HSM of the script: blank, or as the ledger has it. @throws CeremonyError REHEARSAL_SETUP */
export async function makeHsms(request: HsmRequest): Promise<Hsms> {
  const { cast, folder, as, people, media } = request;
  const roster = request.roster === null ? null : readRoster(request.roster);
  const isInvented = roster !== null && !request.previous && follows(cast);
  const previous = isInvented
    ? await inventPack(cast, request.window.from, inventedRegister(cast, people))
    : request.previous;
  const expected = previous ? expectedTokens(cast, previous.ledger) : [];
  const hsms = new Map<string, StagedHsm>();
  const ready: Ready[] = [];
  const typed = pinDigits();
  for (const name of cast.tokens) {
    const soft = makeSoftHsm(join(folder, `hsm-${name}`));
    const left = expected.find((one) => one.name === name);
    const bound = cast.room?.tokens.get(name);
    const label = left?.label ?? markedTokenLabel(bound?.label ?? name);
    if (as !== undefined) {
      const personality = asInRoom(personalityNamed(as), bound);
      const staged = await played(as, personality, soft, join(folder, `played-${name}`), label, typed);
      hsms.set(name, staged);
      if (left) ready.push(readyAsPlayed(left, staged));
    } else {
      const librarySha256 = sha256(readFileSync(soft.library));
      const blank = { soft, librarySha256, model: request.model, label, serial: null, played: null };
      hsms.set(name, blank);
      if (!left || !previous || !roster) continue;
      const wanted = custodiansOf(left, previous.ledger, { cast, people, roster });
      const hsm = await prepareHsm(soft, label, wanted, envelopeMedium(cast, previous.ledger, media, folder));
      hsms.set(name, { ...blank, model: hsm.model, serial: hsm.serial });
      ready.push({ expected: left, hsm, means: 'shares' });
    }
  }
  const before = previous && roster ? await standing(previous, ready, roster) : null;
  return { hsms, before, notes: isInvented ? [INVENTED] : [] };
}

async function played(
  as: string,
  personality: Personality,
  soft: SoftHsm,
  folder: string,
  label: string,
  pin: string,
): Promise<StagedHsm> {
  const { typed, store, ...hsm } = await playHsm(soft, folder, label, personality, playingModule(), pin);
  return { ...hsm, label, serial: store.serial, played: { as, personality, typed, store } };
}

/** Seats that hold shares of an HSM, by a ledger. */
export function custodianSeats({ shareSets }: Ledger): ReadonlySet<string> {
  return new Set(
    shareSets.filter(({ state }) => state === 'current').flatMap(({ shares }) => shares.map(({ seat }) => seat)),
  );
}
