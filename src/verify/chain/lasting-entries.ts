import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { nameAtFirst } from '../../ledger/displaced.ts';
import type {
  Ledger,
  LedgerBackup,
  LedgerCertificate,
  LedgerCopy,
  LedgerCrl,
  LedgerFormer,
  LedgerKey,
  LedgerRenewed,
  LedgerShareSet,
  LedgerUnusedSet,
} from '../../ledger/ledger.ts';

/** A list of a ledger to which things are only ever added, and what may change of what is in it. */
interface Kept<T> {
  readonly list: keyof Ledger;
  readonly entries: (ledger: Ledger) => readonly T[];
  /** What never changes of an entry: by that it is found again. */
  readonly lasting: (entry: T) => object;
  /** Whether what may change has changed in a way that nothing does. */
  readonly isUndone: (before: T, after: T) => boolean;
  /** How a finding calls it. */
  readonly called: (entry: T) => string;
}

const nothing = () => false;
const same = (one: unknown, other: unknown) =>
  canonicalJson((one ?? null) as Json) === canonicalJson((other ?? null) as Json);
const byStep = ({ name, step }: { readonly name: string; readonly step: string }) => `"${name}" of step "${step}"`;
/** A medium whose name a blank one takes is called otherwise from then on. */
const namedAtFirst = (envelopes: LedgerShareSet['envelopes']) =>
  Object.fromEntries(Object.entries(envelopes).map(([medium, paths]) => [nameAtFirst(medium), paths]));
const document = (entry: LedgerCertificate | LedgerCrl) => `${byStep(entry)}, SHA-256 ${entry.sha256}`;

const keys: Kept<LedgerKey> = {
  list: 'keys',
  entries: (ledger) => ledger.keys,
  lasting: ({ state: _state, states: _states, destroyed: _destroyed, ...rest }) => rest,
  isUndone: (before, after) =>
    (before.destroyed !== undefined && !same(after.destroyed, before.destroyed)) ||
    !same(after.states.slice(0, before.states.length), before.states) ||
    (before.state === 'destroyed' && after.state !== 'destroyed'),
  called: (entry) => `${byStep(entry)}, public key ${entry.spkiSha256}`,
};

/** It is proven again, and destroyed, and restored on the same HSM after that; that it was there stays. */
const copies: Kept<LedgerCopy> = {
  list: 'copies',
  entries: (ledger) => ledger.copies,
  lasting: ({ key, spkiSha256, token }) => ({ key, spkiSha256, token }),
  isUndone: nothing,
  called: ({ key, token }) => `the copy of "${key}" on ${token}`,
};

const backups: Kept<LedgerBackup> = {
  list: 'backups',
  entries: (ledger) => ledger.backups ?? [],
  // A medium whose name a blank one takes is called otherwise from then on.
  lasting: ({ state: _state, media, ...rest }) => ({ ...rest, media: media.map(nameAtFirst).sort() }),
  isUndone: (before, after) => after.state !== before.state && after.state !== 'destroyed',
  called: ({ file, step }) => `"${file}" of step "${step}"`,
};

const shareSets: Kept<LedgerShareSet> = {
  list: 'shareSets',
  entries: (ledger) => ledger.shareSets,
  lasting: ({ state: _state, unproven: _unproven, envelopes, paper = [], ...rest }) => ({
    ...rest,
    envelopes: namedAtFirst(envelopes),
    paper: paper.map((page) => ({ ...page, unit: nameAtFirst(page.unit) })),
  }),
  isUndone: (before, after) =>
    (before.state === 'void' && after.state !== 'void') ||
    (before.state === 'superseded' && after.state !== 'superseded' && after.state !== 'void') ||
    after.unproven.some((seat) => !before.unproven.includes(seat)),
  called: ({ id, kind }) => `the set ${id} of kind ${kind}`,
};

const unused: Kept<LedgerUnusedSet> = {
  list: 'unused',
  entries: (ledger) => ledger.unused ?? [],
  lasting: ({ envelopes, ...rest }) => ({ ...rest, envelopes: namedAtFirst(envelopes) }),
  isUndone: nothing,
  called: ({ set, step }) => `the set ${set} of step "${step}"`,
};

const former: Kept<LedgerFormer> = {
  list: 'former',
  entries: (ledger) => ledger.former ?? [],
  lasting: (entry) => entry,
  isUndone: nothing,
  called: ({ seat, step }) => `"${seat}" of step "${step}"`,
};

const renewed: Kept<LedgerRenewed> = {
  list: 'renewed',
  entries: (ledger) => ledger.renewed ?? [],
  lasting: (entry) => entry,
  isUndone: nothing,
  called: ({ seat, step }) => `"${seat}" of step "${step}"`,
};

const certificates: Kept<LedgerCertificate> = {
  list: 'certificates',
  entries: (ledger) => ledger.certificates,
  lasting: (entry) => entry,
  isUndone: nothing,
  called: document,
};

const crls: Kept<LedgerCrl> = {
  list: 'crls',
  entries: (ledger) => ledger.crls,
  lasting: (entry) => entry,
  isUndone: nothing,
  called: document,
};

/** An entry that is not in the ledger after, or is another there. */
export interface LostEntry {
  readonly list: keyof Ledger;
  readonly called: string;
}

/** What one ledger has and the one after it has not, or has in a way that nothing recorded could make of it. */
export function lostEntries(before: Ledger, after: Ledger): readonly LostEntry[] {
  const lost = <T>({ list, entries, lasting, isUndone, called }: Kept<T>): LostEntry[] => {
    const there = Map.groupBy(entries(after), (entry) => canonicalJson(lasting(entry) as Json));
    return entries(before)
      .filter((entry) => (there.get(canonicalJson(lasting(entry) as Json)) ?? []).every((now) => isUndone(entry, now)))
      .map((entry) => ({ list, called: called(entry) }));
  };
  return [
    ...[lost(keys), lost(copies), lost(certificates), lost(crls)],
    ...[lost(shareSets), lost(backups), lost(former), lost(renewed), lost(unused)],
  ].flat();
}
