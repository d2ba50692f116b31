import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CeremonyError } from '../base/errors.ts';
import { mediumName } from '../ledger/displaced.ts';
import { keyPlaces } from '../ledger/key-places.ts';
import type { Ledger, LedgerKey, LedgerToken } from '../ledger/ledger.ts';
import { memberOf, type Roster, shareThresholds } from '../quorum/roster.ts';
import type { TokenProcess } from '../token/client.ts';
import { type Cast, OFFICER, type Person } from './cast.ts';
import type { StagedHsm } from './documents.ts';
import { markedLabel, markedTokenLabel } from './marking.ts';
import { mediumFolder } from './medium-folder.ts';
import { renewedOf } from './newcomers.ts';
import type { PackBefore } from './pack-before.ts';
import type { PreviousPack } from './previous-pack.ts';
import {
  type Custodians,
  type EnvelopeMedium,
  generateKeys,
  keyOn,
  logIn,
  type ReadyHsm,
  type SetsWanted,
} from './ready-hsm.ts';
import { type BackupSetting, standInBackups } from './stand-in-backups.ts';
import { StandInKeys } from './stand-in-keys.ts';
import { type Replaced, standInPack } from './stand-in-pack.ts';
import { seated } from './things.ts';

/** An HSM that a script expects as the ledger has it, and what that says of it. */
export interface Expected {
  readonly name: string;
  readonly was: LedgerToken;
  readonly label: string;
}

/**
 * The script's HSMs that earlier ceremonies left, each with the ledger's: the one of that name, else one that has a key
 * which the script uses, else the next one; by a site, the one of its serial. Those of which the ledger has none are left out: the plan says so.
 */
export function expectedTokens(cast: Cast, ledger: Ledger): Expected[] {
  const left = new Set(ledger.tokens);
  const used = new Set(cast.stands.uses.map(({ of }) => markedLabel(of)));
  const holders = ledger.keys.filter(({ label }) => used.has(markedLabel(label))).map(({ token }) => token);
  const isNamed = (token: LedgerToken, name: string) =>
    cast.room ? token.serial === cast.room.tokens.get(name)?.serial : token.name === name;
  const named = new Map(
    cast.stands.tokens.flatMap((name) => {
      const same = ledger.tokens.find((token) => isNamed(token, name) && left.delete(token));
      return same ? [[name, same] as const] : [];
    }),
  );
  const next = () => [...left].find(({ serial }) => holders.includes(serial)) ?? [...left][0];
  return cast.stands.tokens.flatMap((name) => {
    const was = named.get(name) ?? next();
    if (!was) return [];
    left.delete(was);
    return [{ name, was, label: markedTokenLabel(was.label) }];
  });
}

/** One that was lost and is here is opened by what opened it before. */
const OPENS: ReadonlySet<Ledger['shareSets'][number]['state']> = new Set(['current', 'lost']);

/**
 * Who holds the shares of an HSM: those who hold them by the ledger; by one that knows none, all officers who come, with
 * the numbers that the roster demands.
 * @throws CeremonyError REHEARSAL_SETUP when too few of them are on the roster
 */
export function custodiansOf(
  { was }: Expected,
  ledger: Ledger,
  { cast, people, roster }: { readonly cast: Cast; readonly people: readonly Person[]; readonly roster: Roster },
): SetsWanted {
  const { userThreshold, soThreshold } = shareThresholds(roster);
  const wanted = (kind: 'user' | 'so', threshold: number): Custodians => {
    const set = ledger.shareSets.find((one) => one.hsm === was.serial && one.kind === kind && OPENS.has(one.state));
    // Whoever leaves in this ceremony, or gets another card, holds shares until then.
    const seats = set
      ? set.shares.map(({ seat }) => seat)
      : [
          ...seated(cast, people, OFFICER),
          ...[...(cast.changes?.leaves ?? []), ...renewedOf(people, cast).map(({ seat }) => seat)].filter(
            (seat) => memberOf(roster, seat)?.role === OFFICER,
          ),
        ];
    const holders = seats.flatMap((seat) => memberOf(roster, seat) ?? []).filter(({ tokens }) => tokens.length > 0);
    const need = set?.threshold ?? threshold;
    if (holders.length < need)
      throw new CeremonyError(
        'REHEARSAL_SETUP',
        `of those who hold shares of "${was.name}", ${holders.length} have a token on the roster; ${need} open it`,
      );
    return { holders, threshold: need, unproven: set?.unproven.filter((seat) => memberOf(roster, seat)) ?? [] };
  };
  return { user: wanted('user', userThreshold), so: wanted('so', soThreshold) };
}

/** Two media, as `prepare-token` demands them, where the script brings none as a material. */
const COPIES = 2;

/** The medium with the share envelopes of an HSM: the one that the script brings, or the one on which they were written. */
export function envelopeMedium(
  serial: string,
  cast: Cast,
  ledger: Ledger,
  media: Map<string, string[]>,
  folder: string,
): EnvelopeMedium {
  const own = ledger.shareSets.filter(({ hsm, kind }) => hsm === serial && kind !== 'kek');
  const inOrder = [...own.filter(({ state }) => OPENS.has(state)), ...own];
  const written = inOrder.flatMap(({ envelopes }) => Object.keys(envelopes))[0];
  const brought = inOrder
    .flatMap(({ envelopes }) => Object.keys(envelopes).map(mediumName))
    .find((one) => cast.materials.get(one)?.sealed);
  const name =
    brought ?? cast.stands.envelopes ?? (written === undefined ? undefined : mediumName(written)) ?? 'envelopes';
  const there = media.get(name);
  if (there) return { name, folders: there };
  const folders = Array.from({ length: COPIES }, (_, copy) => join(folder, 'media', mediumFolder(name, copy + 1)));
  for (const path of folders) mkdirSync(path, { recursive: true });
  media.set(name, folders);
  return { name, folders };
}

/** A played HSM, reached by its PIN, or by none where the device asks for it itself. */
export function readyAsPlayed(expected: Expected, staged: StagedHsm): Ready {
  const { played } = staged;
  if (!played) throw new TypeError(`"${expected.name}" is not played`);
  return { expected, hsm: playedAsReady(staged, played), means: played.personality.activation.means };
}

export function playedAsReady(
  { soft, model, label }: StagedHsm,
  { as, personality: { activation }, typed, store }: NonNullable<StagedHsm['played']>,
): ReadyHsm {
  const asks = activation.means === 'device-quorum';
  const pin = asks ? null : Buffer.from(`${activation.pin?.prefix ?? ''}${typed}`);
  return { soft, serial: store.serial, model, label, behavesAs: as, pin, sets: [] };
}

/** An HSM that is ready, and how it is unlocked. */
export interface Ready {
  readonly expected: Expected;
  readonly hsm: ReadyHsm;
  readonly means: string;
}

/**
 * Generates on each HSM the keys that the ledger has on it, and makes with them the pack that the ceremony follows.
 * @throws CeremonyError REHEARSAL_SETUP
 */
export async function standing(
  previous: PreviousPack,
  ready: readonly Ready[],
  setting: BackupSetting,
): Promise<PackBefore> {
  const keys = new StandInKeys();
  const clients: TokenProcess[] = [];
  const placed = new Map<LedgerKey, string>();
  const replaced: Replaced[] = [];
  try {
    for (const { expected, hsm, means } of ready) {
      const own = keysOn(expected.was, previous.ledger);
      for (const key of own) {
        const other = placed.get(key);
        if (other !== undefined) refuseCopy(key, other, expected.name);
        placed.set(key, expected.name);
      }
      const spkis = await generateKeys(
        hsm,
        own.map((key) => ({ ...key, label: markedLabel(key.label) })),
      );
      // Another process: some modules do not show a key to the one in which it was made.
      const client = await logIn(hsm);
      clients.push(client);
      for (const [index, { spkiSha256 }] of own.entries())
        keys.put(spkiSha256, keyOn(hsm, client, spkis[index] as Uint8Array));
      replaced.push({ was: expected.was, hsm, means });
    }
    const backups = await standInBackups(previous.ledger, keys, setting);
    return await standInPack(previous, keys, replaced, backups, setting.roster.digest);
  } finally {
    for (const client of clients) await client.end();
  }
}

/** Those that were generated there, and those of which a copy was proven there. */
function keysOn({ serial }: LedgerToken, { keys, copies }: Ledger): LedgerKey[] {
  return keys.filter((key) => keyPlaces({ copies }, key).includes(serial));
}

function refuseCopy(key: LedgerKey, one: string, other: string): never {
  throw new CeremonyError(
    'REHEARSAL_SETUP',
    `the key "${key.name}" is on two HSMs of this script, "${one}" and "${other}"; a throw-away key is on one alone`,
    { hint: 'rehearse the ceremony with one of them' },
  );
}

/**
 * When a ceremony may be held that follows these: not before the last of them made something, since what it issues is
 * judged at both ends of that window. UTC.
 */
export function windowAfter(
  { adoptions = [], certificates, crls, keys, copies }: Ledger,
  window: { readonly from: string; readonly until: string },
): { readonly from: string; readonly until: string } {
  const made = [
    ...certificates.map(({ notBefore }) => notBefore),
    ...crls.map(({ thisUpdate }) => thisUpdate),
    ...keys.flatMap(({ generatedAt }) => generatedAt ?? []),
    ...copies.flatMap(({ provenAt }) => provenAt ?? []),
    ...adoptions.map(({ provenAt }) => provenAt),
  ];
  const [from = window.from] = [window.from, ...made].sort().reverse();
  return { ...window, from };
}
