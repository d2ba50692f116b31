import type { Accounted } from '../ledger/destruction-record.ts';
import { keyPlaces } from '../ledger/key-places.ts';
import type { Ledger, LedgerKey, LedgerLoss, LedgerPaperShare, LedgerUnusedSet } from '../ledger/ledger.ts';
import { lastLosses, lossOf } from '../ledger/losses.ts';
import { paperLeft } from '../ledger/paper-shares.ts';
import { unusedLeft } from '../ledger/unused-sets.ts';
import { changedRoster } from '../pack/changed-roster.ts';
import { PATH } from '../pack/layout.ts';
import type { Pack } from '../pack/pack-reader.ts';
import { type Person, readPeople } from '../pack/people.ts';
import type { KeyState } from '../quorum/key-states.ts';
import { type Roster, readRoster } from '../quorum/roster.ts';
import { scopeWords } from '../x509/crl-scope.ts';
import type { DueDate } from './due-date.ts';
import type { CalendarFacts } from './facts.ts';
import { newestCrls } from './ledger-file.ts';
import type { Margin } from './margin.ts';
import { thinMargins } from './quorum-margins.ts';

/** What a CA has, by its newest ledger: JSON throughout. */
export interface LedgerView {
  readonly keys: readonly ViewedKey[];
  readonly custodians: readonly ViewedCustodian[];
  readonly shareSets: readonly ViewedSet[];
  readonly backups: readonly {
    readonly file: string;
    readonly set: string;
    readonly state: string;
    readonly media: readonly string[];
  }[];
  /** Envelopes that open nothing, on media that are not destroyed: what an interruption has left. */
  readonly unused: readonly LedgerUnusedSet[];
  /** Things that are lost, by what was declared of each last; absent where none is. */
  readonly lost?: readonly LedgerLoss[];
  readonly due: readonly DueDate[];
  readonly warnings: readonly Margin[];
}

export interface ViewedKey {
  readonly name: string;
  readonly label: string;
  readonly spkiSha256: string;
  readonly state: KeyState;
  /** UTC, and why; null where no record says it. */
  readonly since: string | null;
  readonly why: string | null;
  /** Every transition, from its generation, or adoption, on. */
  readonly history: LedgerKey['states'];
  /** Serials of the HSMs that hold it, but for those that are lost. */
  readonly on: readonly string[];
  /** Serials of HSMs that are lost, and were not accounted for; absent where there are none. */
  readonly lostOn?: readonly string[];
  /** Serials of those where it was destroyed. */
  readonly destroyedOn: readonly string[];
  /** What people have said of where else it is, and nothing shows. */
  readonly asserted: readonly string[];
  /** How many it has signed; number and end of its newest CRL. */
  readonly certificates: number;
  readonly crls: number;
  readonly lastCrl: { readonly number: string; readonly nextUpdate: string } | null;
  /** Of one whose CRL is partitioned the same of each partition, and `lastCrl` is null; absent for any other. */
  readonly partitions?: readonly { readonly of: string; readonly number: string; readonly nextUpdate: string }[];
}

export interface ViewedCustodian {
  readonly seat: string;
  /** As people.json has it; null where the newest pack does not name them. */
  readonly name: string | null;
  /** Whether the newest roster has them. */
  readonly rostered: boolean;
  /** Ids of the sets of which they hold a share, but for those that are void. */
  readonly sets: readonly string[];
}

export interface ViewedSet {
  readonly id: string;
  readonly kind: string;
  /** Serial of the token that it opens. */
  readonly hsm: string;
  readonly state: string;
  readonly threshold: number;
  readonly holders: readonly string[];
  readonly unproven: readonly string[];
  /** Its shares that are on paper too, but for those that were destroyed before people; absent where there are none. */
  readonly paper?: readonly LedgerPaperShare[];
  /** When enough of its shares were opened last, UTC, where a pack that was given says so. */
  readonly opened: string | null;
}

/** Whom the newest pack knows: by the roster in force at its end. */
export interface Known {
  readonly people: ReadonlyMap<string, Person>;
  readonly roster: Roster;
}

/** @throws CeremonyError FILE_MISSING, and what its readers throw: nothing of it in a pack that was verified */
export function knownIn(pack: Pack): Known {
  const roster = changedRoster(pack)?.after ?? readRoster(pack.need(PATH.roster));
  return { people: readPeople(pack.need(PATH.people)), roster };
}

/** @param due what falls due by the same ledger */
export function ledgerView(facts: CalendarFacts, known: Known, due: readonly DueDate[]): LedgerView {
  const ledger: Ledger & Accounted = facts.ledger;
  const lost = lastLosses(ledger).filter(({ state }) => state === 'lost');
  return {
    keys: ledger.keys.map((key) => viewedKey(key, ledger)),
    custodians: custodiansOf(ledger, known),
    shareSets: ledger.shareSets.map((set) => viewedSet(set, facts)),
    backups: (ledger.backups ?? []).map(({ file, set, state, media }) => ({ file, set, state, media })),
    unused: unusedLeft(ledger),
    ...(lost.length === 0 ? {} : { lost }),
    due,
    warnings: thinMargins(ledger, known),
  };
}

function viewedSet(set: Ledger['shareSets'][number], { ledger, opened }: CalendarFacts): ViewedSet {
  const { id, kind, hsm, state, threshold, shares, unproven } = set;
  const paper = paperLeft(set, ledger.custody);
  return {
    ...{ id, kind, hsm, state, threshold, holders: shares.map(({ seat }) => seat), unproven },
    ...(paper.length === 0 ? {} : { paper }),
    opened: opened.get(id) ?? null,
  };
}

function viewedKey(key: Ledger['keys'][number], ledger: Ledger): ViewedKey {
  const { name, label, spkiSha256, state, token, destroyed } = key;
  const own = ledger.copies.filter((copy) => copy.spkiSha256 === spkiSha256);
  const gone = own.filter((copy) => copy.destroyed !== undefined);
  const places = keyPlaces(ledger, key);
  const lost = places.filter((serial) => lossOf(ledger, 'hsm', serial) !== undefined);
  const newest = newestCrls(ledger).filter(({ issuer }) => issuer === name);
  const came = key.states.at(-1);
  const last = newest.find(({ scope }) => scope === undefined);
  const partitions = newest.flatMap(({ scope, number, nextUpdate }) =>
    scope === undefined ? [] : [{ of: scopeWords(scope), number, nextUpdate }],
  );
  return {
    ...{ name, label, spkiSha256, state, since: came?.at ?? null, why: came?.reason ?? null, history: key.states },
    on: places.filter((serial) => lossOf(ledger, 'hsm', serial) === undefined),
    ...(lost.length === 0 ? {} : { lostOn: lost }),
    destroyedOn: [...(destroyed ? [token] : []), ...gone.map((copy) => copy.token)],
    asserted: own.flatMap((copy) => (copy.provenance === 'asserted' && !copy.destroyed ? [copy.token] : [])),
    certificates: ledger.certificates.filter((one) => one.key === name).length,
    crls: ledger.crls.filter(({ issuer }) => issuer === name).length,
    lastCrl: last ? { number: last.number, nextUpdate: last.nextUpdate } : null,
    ...(partitions.length === 0 ? {} : { partitions }),
  };
}

function custodiansOf({ shareSets }: Ledger, { people, roster }: Known): ViewedCustodian[] {
  const live = shareSets.filter(({ state }) => state !== 'void');
  const seats = [...new Set(live.flatMap(({ shares }) => shares.map(({ seat }) => seat)))].sort();
  return seats.map((seat) => ({
    seat,
    name: people.get(seat)?.name ?? null,
    rostered: roster.members.some((member) => member.seat === seat),
    sets: live.filter(({ shares }) => shares.some((share) => share.seat === seat)).map(({ id }) => id),
  }));
}
