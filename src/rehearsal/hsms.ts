import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readRoster } from '../quorum/roster.ts';
import { envelopeName } from '../quorum/share-envelope.ts';
import { type Cast, follows } from './cast.ts';
import type { StagedHsm } from './documents.ts';
import { inventPack } from './invented-pack.ts';
import type { Lasting } from './lasting.ts';
import { markedTokenLabel } from './marking.ts';
import type { PackBefore } from './pack-before.ts';
import { type Personality, personalityNamed } from './personalities.ts';
import { playHsm, playingModule } from './played-hsm.ts';
import { paperName } from './played-papers.ts';
import { type EnvelopeMedium, prepareHsm } from './ready-hsm.ts';
import { asInRoom } from './room.ts';
import { makeSoftHsm, type SoftHsm } from './soft-hsm.ts';
import {
  custodiansOf,
  type Expected,
  envelopeMedium,
  expectedTokens,
  type Ready,
  readyAsPlayed,
  standing,
} from './standing.ts';
import { inventedRegister } from './things.ts';

export interface HsmRequest {
  readonly lasting: Lasting;
  readonly cast: Cast;
  readonly folder: string;
  /** Medium → folders of its copies; one for share envelopes is added where there is none. */
  readonly media: Map<string, string[]>;
}

/** The HSMs of the stage, and what stands from earlier ceremonies. */
export interface Hsms {
  readonly hsms: ReadonlyMap<string, StagedHsm>;
  readonly before: PackBefore | null;
  readonly notes: readonly string[];
}

const INVENTED =
  'No evidence pack is given with --from: what the script takes from earlier ceremonies is invented for this rehearsal. ' +
  'Where the script is refused for what was invented, give --from and the pack of the ceremony before it, or rehearse that ceremony and it in one go.';

/**
 * Brings each HSM of the script: the one that an earlier ceremony of this stage has left, or a new one, blank or as the ledger
 * has it.
 * @throws CeremonyError REHEARSAL_SETUP
 */
export async function makeHsms({ lasting, cast, folder, media }: HsmRequest): Promise<Hsms> {
  const { as, typed } = lasting;
  const { people, model } = lasting.company;
  // A first enrolment uses no HSM.
  const roster = lasting.company.roster === null ? null : readRoster(lasting.company.roster);
  const isInvented = roster !== null && !lasting.before && !lasting.previous && follows(cast);
  const previous = isInvented
    ? await inventPack(cast, lasting.window.from, inventedRegister(cast, people))
    : lasting.previous;
  const ledger = (lasting.before ?? previous)?.ledger;
  const expected = ledger ? expectedTokens(cast, ledger) : [];
  const lost: string[] = [];
  if (lasting.before) {
    const { ledger: now } = lasting.before;
    for (const { was } of expected)
      bringEnvelopes(lasting, was.serial, now, () => envelopeMedium(was.serial, cast, now, media, folder));
    lost.push(...bringBackups(lasting, cast, now, media));
  }
  const hsms = new Map<string, StagedHsm>();
  const ready: Ready[] = [];
  for (const name of cast.tokens) {
    const left = expected.find((one) => one.name === name);
    if (left && lasting.before) {
      hsms.set(name, leftOnStage(left, lasting));
      continue;
    }
    const soft = makeSoftHsm(join(folder, `hsm-${name}`));
    const bound = cast.room?.tokens.get(name);
    const label = left?.label ?? markedTokenLabel(bound?.label ?? name);
    if (as !== undefined) {
      const personality = asInRoom(personalityNamed(as), bound);
      const staged = await played(as, personality, soft, join(folder, `played-${name}`), label, typed);
      hsms.set(name, staged);
      if (left) ready.push(readyAsPlayed(left, staged));
    } else {
      const librarySha256 = sha256(readFileSync(soft.library));
      const blank = { soft, librarySha256, model, label, serial: null, played: null };
      hsms.set(name, blank);
      if (!left || !previous || !roster) continue;
      const wanted = custodiansOf(left, previous.ledger, { cast, people, roster });
      const hsm = await prepareHsm(
        soft,
        label,
        wanted,
        envelopeMedium(left.was.serial, cast, previous.ledger, media, folder),
      );
      hsms.set(name, { ...blank, model: hsm.model, serial: hsm.serial });
      ready.push({ expected: left, hsm, means: 'shares' });
    }
  }
  const standsIn = lasting.before === null && previous && roster;
  const before = standsIn ? await standing(previous, ready, { cast, people, roster, media }) : lasting.before;
  return { hsms, before, notes: isInvented ? [INVENTED] : lost };
}

/** @throws CeremonyError REHEARSAL_SETUP where no ceremony of this rehearsal has left it */
function leftOnStage({ name, was }: Expected, { hsms }: Lasting): StagedHsm {
  const there = hsms.get(was.serial);
  if (there) return there;
  throw new CeremonyError(
    'REHEARSAL_SETUP',
    `the script expects "${name}" as the ledger has it, and no ceremony of this rehearsal has used that HSM: "${was.name}", serial ${was.serial}`,
    { hint: 'it stood in the pack of --from alone: begin with a ceremony that uses it' },
  );
}

/**
 * Puts the envelopes of the shares of an HSM on their medium, from wherever earlier ceremonies wrote them to.
 * @throws CeremonyError REHEARSAL_SETUP where one that opens it lies on no medium of this rehearsal
 */
function bringEnvelopes(
  { envelopes }: Lasting,
  serial: string,
  { shareSets }: Ledger,
  medium: () => EnvelopeMedium,
): void {
  const sets = shareSets.filter(({ hsm, kind }) => kind !== 'kek' && hsm === serial);
  if (sets.length === 0) return;
  const { folders } = medium();
  for (const { hsm, state, envelopes: lie } of sets) {
    for (const file of new Set(Object.values(lie).flat())) {
      const bytes = envelopes.get(file);
      if (bytes) for (const folder of folders) writeFileSync(join(folder, file), bytes, { flag: 'wx' });
      else if (state === 'current') refuseEnvelope(file, hsm);
    }
  }
}

/**
 * Puts the wrapped keys, and the envelopes of what opens them, on the media from which a script restores. Where shares are on
 * paper too, one envelope has been lost: so it is rehearsed that its custodian reads theirs from the page.
 * @returns that, in sentences for people
 */
function bringBackups(
  { envelopes, wrapped, papers }: Lasting,
  { stands: { restores } }: Cast,
  { shareSets, backups = [] }: Ledger,
  media: Map<string, string[]>,
): string[] {
  if (!restores) return [];
  const bring = (names: readonly string[], files: readonly string[], from: ReadonlyMap<string, Uint8Array>) => {
    for (const folder of names.flatMap((name) => media.get(name) ?? []))
      for (const file of new Set(files)) {
        const bytes = from.get(file);
        if (bytes) writeFileSync(join(folder, file), bytes, { flag: 'wx' });
      }
  };
  const keks = shareSets.filter(({ kind }) => kind === 'kek');
  const lost = keks.flatMap(({ id, shares }) => {
    const seat = shares.map((share) => share.seat).find((one) => papers.has(paperName(id, one)));
    return seat === undefined ? [] : [{ seat, file: envelopeName(id, seat) }];
  });
  const sealed = keks.flatMap((set) => Object.values(set.envelopes).flat());
  const left = sealed.filter((file) => !lost.some((one) => one.file === file));
  bring(restores.envelopes, left, envelopes);
  const files = backups.map(({ file }) => file);
  bring(restores.backups, files, wrapped);
  return lost.map(
    ({ seat }) => `The share envelope of "${seat}" is on no medium: they have it on paper, and type that.`,
  );
}

function refuseEnvelope(file: string, hsm: string): never {
  throw new CeremonyError(
    'REHEARSAL_SETUP',
    `the share envelope "${file}", which opens the HSM ${hsm}, is on no medium of the ceremonies before`,
  );
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
