import { canonicalBytes, type Json } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import type { Losable } from '../quorum/loss.ts';
import type { Ledger, LedgerBackup, LedgerDestroyed, LedgerKey, LedgerKeyFiles, LedgerLoss } from './ledger.ts';
import { lossOf } from './losses.ts';
import { isDestroyed, unitNamed } from './media.ts';
import { paperWords } from './on-paper.ts';
import { paperLeft } from './paper-shares.ts';

/*
 * The destruction record: every copy of a key that the ledger knows, and how each went. It follows from the ledger alone,
 * so that whoever has the pack makes it again; a copy that nobody accounts for keeps it incomplete.
 */

/** A wrapped copy of a key on media, as the ledger has it. */
export type WrappedCopy = Pick<LedgerBackup, 'spkiSha256' | 'set' | 'file' | 'media' | 'state'>;

/** What of a ledger accounts for the copies of a key. */
export type Accounted = Pick<Ledger, 'ceremony' | 'keys' | 'copies' | 'shareSets' | 'custody' | 'losses'> & {
  readonly backups?: readonly WrappedCopy[];
  readonly keyFiles?: readonly Pick<LedgerKeyFiles, 'module' | 'keys' | 'media'>[];
};

/** One copy of a key, or what opens one. */
export interface CopyAccount {
  readonly what: 'hsm' | 'asserted' | 'wrapped' | 'share-set' | 'paper-share' | 'key-files';
  /**
   * Serial of the HSM; what people call the holder; name of the file; id of the set; what the custody register calls the page;
   * the medium, as the ledger calls it.
   */
  readonly where: string;
  /** How it went, in words; null where nobody accounts for it, or nothing but the computer's word does. */
  readonly how: string | null;
  /** The step that destroyed it, or is said to have, and when, UTC; null where none is on record. */
  readonly step: string | null;
  readonly at: string | null;
  /** Where it is lost, and not accounted for: since which day, how, and by which step and when that was declared. Absent else. */
  readonly lost?: Pick<LedgerLoss, 'since' | 'how' | 'step' | 'at'>;
}

export interface DestructionRecord {
  readonly type: 'quorate/destruction-record/1';
  readonly ceremony: Sha256;
  readonly key: Pick<LedgerKey, 'name' | 'label' | 'spkiSha256' | 'state'>;
  /** Whether every copy is accounted for. */
  readonly complete: boolean;
  readonly copies: readonly CopyAccount[];
}

/** Undefined for a key that the ledger does not have. @param spkiSha256 of the key */
export function destructionRecord(ledger: Accounted, spkiSha256: Sha256): DestructionRecord | undefined {
  const key = ledger.keys.find((one) => one.spkiSha256 === spkiSha256);
  if (!key) return undefined;
  const { name, label, state } = key;
  const wrapped = (ledger.backups ?? []).filter((one) => one.spkiSha256 === spkiSha256);
  const places = [
    { token: key.token, what: 'hsm' as const, destroyed: key.destroyed },
    ...ledger.copies
      .filter((copy) => copy.spkiSha256 === spkiSha256)
      .map(({ token, destroyed, provenance }) => ({
        ...{ token, what: provenance === 'asserted' ? ('asserted' as const) : ('hsm' as const), destroyed },
      })),
  ];
  const holding = new Set(places.flatMap(({ token, destroyed }) => (destroyed === undefined ? [token] : [])));
  const tokens = new Set(places.map(({ token }) => token));
  const copies = [
    ...places.map(({ token, what, destroyed }) => placeOf(what, token, destroyed, ledger)),
    ...wrapped.map((one) => wrappedOf(one, ledger)),
    ...filesOf(spkiSha256, ledger),
    ...ledger.shareSets
      .filter(({ id, hsm }) => tokens.has(hsm) || wrapped.some(({ set }) => set === id))
      .flatMap((set) => [setOf(set, holding, wrapped, ledger), ...pagesOf(set, wrapped, ledger)]),
  ];
  return {
    type: 'quorate/destruction-record/1',
    ceremony: ledger.ceremony,
    key: { name, label, spkiSha256, state },
    complete: copies.every(({ how }) => how !== null),
    copies,
  };
}

export function destructionRecordBytes(record: DestructionRecord): Uint8Array {
  return canonicalBytes(record as unknown as Json);
}

/** In words: `complete`, or how many copies nobody accounts for. */
export function completeness({ complete, copies }: Pick<DestructionRecord, 'complete' | 'copies'>): string {
  const open = copies.filter(({ how }) => how === null);
  const lost = open.filter((copy) => copy.lost).length;
  return complete
    ? 'COMPLETE: every copy is accounted for'
    : `INCOMPLETE: nobody accounts for ${open.length} of ${copies.length} copies${lost === 0 ? '' : `, and ${lost} of these ${lost === 1 ? 'is' : 'are'} lost`}`;
}

/** One copy, in words. Foreign text: escape it before showing. */
export function copyWords({ what, where, how, step, at, lost }: CopyAccount): string {
  if (lost)
    return `${TITLES[what]} ${where}: LOST, NOT ACCOUNTED FOR: missed since ${lost.since}, ${lost.how}; declared by step "${lost.step}", ${lost.at}`;
  const by = step === null ? '' : `, step "${step}", ${at}`;
  const open = step === null ? 'NOBODY ACCOUNTS FOR IT' : 'NOTHING BUT THE COMPUTER STATES THAT IT IS GONE';
  return `${TITLES[what]} ${where}: ${how ?? open}${by}`;
}

const TITLES: Readonly<Record<CopyAccount['what'], string>> = {
  hsm: 'on the HSM',
  asserted: 'said to be with',
  wrapped: 'wrapped in the file',
  'share-set': 'opened by the share set',
  'paper-share': 'opened by the share on paper',
  'key-files': 'in files on the medium',
};

function placeOf(
  what: 'hsm' | 'asserted',
  where: string,
  destroyed: LedgerDestroyed | undefined,
  ledger: Accounted,
): CopyAccount {
  if (!destroyed)
    return { what, where, how: null, step: null, at: null, ...(what === 'hsm' ? lostAs(ledger, 'hsm', [where]) : {}) };
  const { step, at, stated } = destroyed;
  return {
    what,
    where,
    how: stated === undefined ? 'both objects destroyed' : statedOf(stated, where, ledger),
    step,
    at,
  };
}

/** No signature shows it: of what was finished after an interruption people say it who saw the HSM itself destroyed. */
function statedOf(
  stated: NonNullable<LedgerDestroyed['stated']>,
  serial: string,
  { custody }: Accounted,
): string | null {
  if (stated === 'erased') return 'erased with the whole HSM, as the computer states';
  if (stated === 'absent') return 'interrupted; absent at the inventory of that step, as the computer states';
  const isSeen = custody.some(
    (thing) => thing.kind === 'hsm' && thing.serial === serial && thing.state === 'destroyed',
  );
  return isSeen ? 'the HSM itself was destroyed before people' : null;
}

function wrappedOf({ file, state, media }: WrappedCopy, ledger: Accounted): CopyAccount {
  const isGone = state === 'destroyed' || areDestroyed(media.map(unitNamed), ledger);
  const gone =
    media.length === 0
      ? 'every medium with the envelopes that open it is destroyed'
      : `every medium that held it is destroyed${ofPaper(media.map(unitNamed), ledger)}`;
  const how = isGone ? gone : null;
  return { what: 'wrapped', where: file, how, step: null, at: null, ...(isGone ? {} : lostMedia(media, ledger)) };
}

/** Each medium with files that hold the key, once; what was written onto none that was read back may be on any. */
function filesOf(key: Sha256, ledger: Accounted): CopyAccount[] {
  const { keyFiles = [], custody } = ledger;
  const own = keyFiles.filter(({ keys }) => keys.includes(key));
  const media = own.flatMap(({ module, media: on }) =>
    on.length > 0 ? on : [`that nobody has read back, of the module ${module}`],
  );
  return [...new Set(media)].sort().map((medium) => {
    const how = isDestroyed(unitNamed(medium), { custody }) ? goneAs(unitNamed(medium), ledger) : null;
    const lost = how === null ? lostMedia([medium], ledger) : {};
    return { what: 'key-files', where: medium, how, step: null, at: null, ...lost };
  });
}

type LedgerSet = Ledger['shareSets'][number];

function setOf(
  set: LedgerSet,
  holding: ReadonlySet<string>,
  wrapped: readonly WrappedCopy[],
  ledger: Accounted,
): CopyAccount {
  const { id, state, hsm, envelopes } = set;
  const opens = wrapped.filter((one) => one.set === id);
  const left = opens.some((one) => wrappedOf(one, ledger).how === null);
  const isReadable = paperLeft(set, ledger.custody).length > 0;
  const how =
    state === 'void'
      ? 'void: it opens nothing that is secret'
      : areDestroyed(Object.keys(envelopes).map(unitNamed), ledger) && !isReadable
        ? `every medium with its envelopes is destroyed${set.paper ? ', and every share of it on paper' : ''}${ofPaper(Object.keys(envelopes).map(unitNamed), ledger)}`
        : opens.length > 0
          ? left
            ? null
            : 'what it opens is destroyed'
          : holding.has(hsm)
            ? null
            : 'the HSM that it opens holds the key no more';
  const lost = how === null && opens.length === 0 ? lostAs(ledger, 'hsm', [hsm]) : {};
  return { what: 'share-set', where: id, how, step: null, at: null, ...lost };
}

/** Each of its shares that is on paper: shredded before people, or of no use any more; the medium of an envelope says nothing of it. */
function pagesOf(set: LedgerSet, wrapped: readonly WrappedCopy[], ledger: Accounted): CopyAccount[] {
  const opens = wrapped.filter((one) => one.set === set.id);
  const isUseless =
    set.state === 'void' || (opens.length > 0 && opens.every((one) => wrappedOf(one, ledger).how !== null));
  const left = new Set(paperLeft(set, ledger.custody));
  return (set.paper ?? []).map((page) => {
    const how = left.has(page) ? (isUseless ? 'what it opens is destroyed' : null) : goneAs(page.unit, ledger);
    const lost = how === null ? lostAs(ledger, 'paper-share', [page.unit]) : {};
    return { what: 'paper-share', where: page.unit, how, step: null, at: null, ...lost };
  });
}

/** What is lost is not accounted for; of several things only where each that is left is lost, the last that was declared. */
function lostAs(ledger: Accounted, kind: Losable, things: readonly string[]): Pick<CopyAccount, 'lost'> {
  const losses = things.map((thing) => lossOf(ledger, kind, thing));
  const last = losses.at(-1);
  if (!last || losses.includes(undefined)) return {};
  const { since, how, step, at } = last;
  return { lost: { since, how, step, at } };
}

function lostMedia(media: readonly string[], ledger: Accounted): Pick<CopyAccount, 'lost'> {
  const left = media.map(unitNamed).filter((unit) => !isDestroyed(unit, ledger));
  return lostAs(ledger, 'medium', left);
}

/** Before people in a ceremony, or as their ink says. */
function goneAs(unit: string, ledger: Pick<Ledger, 'custody'>): string {
  return `destroyed ${paperWords(unit, ledger) || 'before people'}`;
}

/** Which of these things were destroyed on paper alone. */
function ofPaper(units: readonly string[], ledger: Pick<Ledger, 'custody'>): string {
  const words = units.flatMap((unit) => {
    const said = paperWords(unit, ledger);
    return said === '' ? [] : [`${unit} ${said}`];
  });
  return words.length === 0 ? '' : ` (${words.join('; ')})`;
}

/** None is destroyed where there is none. */
function areDestroyed(units: readonly string[], ledger: Pick<Ledger, 'custody'>): boolean {
  return units.length > 0 && units.every((unit) => isDestroyed(unit, ledger));
}
