import type { Sha256 } from '../base/digest.ts';
import type { Event, OpeningEvent } from '../transcript/event.ts';
import { adoptedIn } from './adopted.ts';
import { deriveBackups, withDestroyed, withVoidKeks } from './backups.ts';
import { type Custody, type CustodyPlan, custodyAfter } from './custody.ts';
import { destructionsBy, isLeft, withDestructions } from './destroyed.ts';
import { displaced, displacedLosses } from './displaced.ts';
import { broken, type Done, fact, type LedgerPlan, made } from './done.ts';
import { doneIn, of } from './done-in.ts';
import { keyFilesAfter, keysInFiles } from './key-files.ts';
import type { Ledger, LedgerCopy, LedgerKey, LedgerThing, LedgerToken } from './ledger.ts';
import { withLeft } from './left-restorations.ts';
import { lossesAfter, withLost, withLostThings } from './losses.ts';
import { withPaper } from './on-paper.ts';
import { deriveShareSets, successors } from './share-sets.ts';
import { unusedAfter } from './unused-sets.ts';
import { copiesSeen, copiesUnseen } from './vendor-copies.ts';

/*
 * The keys of a CA, and everything that holds one: HSMs, wrapped copies, files. Of what is recorded alone, without a file of the
 * pack, so that a ceremony can ask while it runs what is left of a key.
 */

/** Types of steps that look at a token which was made ready with other tools. */
const FINDS_READY: readonly string[] = ['prepare-token', 'vendor'];

/** The keys as an operation made or found them, their states apart, and where they are. */
export interface Places
  extends Required<
    Pick<Ledger, 'tokens' | 'keys' | 'copies' | 'backups' | 'unused' | 'keyFiles' | 'losses' | 'custody'>
  > {
  readonly done: readonly Done[];
  readonly sets: Ledger['shareSets'];
}

/** @throws CeremonyError TRANSCRIPT_BROKEN, DESCRIPTOR_INVALID when the record does not hold it */
export function placesIn(plan: LedgerPlan, events: readonly Event[], previous: Ledger | null): Places {
  const [opening] = events;
  if (opening?.type !== 'opening') broken('the transcript does not begin with its opening');
  const done = doneIn(plan, events);
  const adopted = adoptedIn(of(done, 'prove-key'), events);
  const born = [...(previous?.keys ?? []), ...of(done, 'generate-key').map(keyOf), ...adopted.map(({ key }) => key)];
  const nameOfKey = (digest: Sha256): string =>
    born.find((key) => key.spkiSha256 === digest)?.name ?? broken(`no key with SHA-256 ${digest} is known`);
  const replaced = successors(of(done, 'rotate-activation'));
  const approvers = new Map(
    events.flatMap((event) => (event.type === 'intent' ? [[event.proposal, event.approvers] as const] : [])),
  );
  const { number } = opening as OpeningEvent;
  const losses = displacedLosses(lossesAfter(of(done, 'record-loss'), previous?.losses ?? [], approvers), plan, number);
  const declared = losses.slice(previous?.losses?.length ?? 0);
  const here = new Set(plan.materials.flatMap(({ units }) => units.map(({ unit }) => unit)));
  const register = withPaper(custodyOf(plan, events, previous?.custody ?? []), plan, events);
  const custody = withLostThings(register, declared, (unit) => here.has(unit));
  const lying = displaced(previous ?? { shareSets: [] }, plan, number);
  const wrapped = deriveBackups(of(done, 'wrap-key'), events, nameOfKey, lying.backups);
  // An HSM that is found again is opened here by what opened it before.
  const shareSets = deriveShareSets(events, withLost(lying.shareSets, {}));
  const backups = withDestroyed(wrapped, custody, shareSets);
  const sets = withVoidKeks(shareSets, backups);
  const erased = new Set(of(done, 'zeroize-token').map(({ operation }) => operation.hsm.serial));
  const tokens = tokensOf(done, plan, previous).map((token) => ({
    ...token,
    sets: erased.has(token.serial) ? [] : token.sets.map((id) => latest(id, replaced)),
  }));
  const unseen = copiesUnseen(plan, events, done, { keys: born, tokens });
  const shown = copiesOf(done, born, previous?.copies ?? [], unseen);
  const copies = [...withLeft(shown, plan, events, done, born), ...adopted.flatMap((one) => one.copies)];
  const keys = withDestructions(born, done.flatMap(destructionsBy));
  const keyFiles = keyFilesAfter(events, lying.keyFiles, { keys, copies, tokens: serialsOf(plan, tokens) });
  const unused = unusedAfter(events, lying.unused, sets);
  return { done, tokens, keys, copies, sets, backups, unused, keyFiles, losses, custody };
}

/** Of each key, whether anything is left of it that is known, or that people have said. @throws as {@link placesIn} */
export function keysLeft(
  plan: LedgerPlan,
  events: readonly Event[],
  previous: Ledger | null,
): readonly { readonly spkiSha256: Sha256; readonly isLeft: boolean }[] {
  const places = placesIn(plan, events, previous);
  const inFiles = keysInFiles(places);
  return places.keys.map((key) => ({
    spkiSha256: key.spkiSha256,
    isLeft: inFiles.has(key.spkiSha256) || isLeft(key, places.copies, places.backups),
  }));
}

/** Things of an earlier ceremony that were not in the room this time are where they were. */
function custodyOf(plan: CustodyPlan, events: readonly Event[], before: readonly LedgerThing[]): LedgerThing[] {
  const custody = custodyAfter(plan, events);
  const now = plan.materials.flatMap(({ kind, units }) =>
    units.map(({ unit, make, serial }) => ({ unit, kind, make, serial, ...(custody.get(unit) as Custody) })),
  );
  return [...before.filter(({ unit }) => !custody.has(unit)), ...now];
}

/** The plan's tokens; one that arrived blank with the serial that it was found to have. */
function serialsOf(plan: LedgerPlan, tokens: readonly LedgerToken[]): LedgerPlan['tokens'] {
  return plan.tokens.map((token) => ({
    ...token,
    serial: token.serial ?? tokens.findLast(({ name }) => name === token.name)?.serial ?? null,
  }));
}

/** Those that are known, and those that were made ready here; one that is looked at again is the one it was. */
function tokensOf(done: readonly Done[], plan: LedgerPlan, previous: Ledger | null): LedgerToken[] {
  const tokens = [...(previous?.tokens ?? [])];
  for (const entry of done) {
    const token = tokenOf(entry, plan);
    if (token && !tokens.some(({ serial }) => serial === token.serial)) tokens.push(token);
  }
  return tokens;
}

/**
 * Every other token that a key has signed from, and when it did so last, or where it was destroyed since, and those on
 * which a vendor's tools have put one; in the order in which they were first shown.
 * @param unseen what these tools were to put where nobody has looked
 */
function copiesOf(
  done: readonly Done[],
  keys: readonly LedgerKey[],
  before: readonly LedgerCopy[],
  unseen: readonly LedgerCopy[],
): LedgerCopy[] {
  const placeOf = ({ spkiSha256, token }: Pick<LedgerCopy, 'spkiSha256' | 'token'>) => `${spkiSha256} ${token}`;
  const copies = new Map(before.map((copy) => [placeOf(copy), copy]));
  // What has signed there once is no less for being seen there again.
  const count = (copy: LedgerCopy) => {
    const there = copies.get(placeOf(copy));
    const own = keys.find(({ spkiSha256 }) => spkiSha256 === copy.spkiSha256);
    const isItsOwn = own?.token === copy.token && own.destroyed === undefined;
    if (!isItsOwn && (!there || there.destroyed !== undefined)) copies.set(placeOf(copy), copy);
  };
  for (const entry of done) {
    const { operation, step, result } = entry;
    for (const { key, token, destroyed } of destructionsBy(entry)) {
      const copy = copies.get(`${key} ${token}`);
      if (copy) copies.set(`${key} ${token}`, { ...copy, destroyed });
    }
    for (const copy of copiesSeen(entry, keys)) count(copy);
    // The token on which an adopted key was found is that of the key itself.
    if (operation.op !== 'unwrap-key' && (operation.op !== 'prove-key' || operation.certificate)) continue;
    const key =
      keys.find(({ spkiSha256 }) => spkiSha256 === operation.key) ??
      broken(`no key with SHA-256 ${operation.key} is known`);
    const token = operation.hsm.serial ?? broken(`step "${step.key}" proved a key on a token without a serial`);
    if (token === key.token && key.destroyed === undefined) continue;
    const place = `${key.spkiSha256} ${token}`;
    const before = copies.get(place);
    const isRestored =
      operation.op === 'unwrap-key' ||
      ((before?.provenance === 'restored' || before?.left?.how === 'begun') && before.destroyed === undefined);
    copies.set(place, {
      ...{ key: key.name, spkiSha256: key.spkiSha256, token, step: step.key, provenAt: result.at },
      ...(isRestored ? { provenance: 'restored' } : {}),
    });
  }
  // Only what ends the ceremony comes after tools after which nobody has looked.
  for (const copy of unseen) count(copy);
  return [...copies.values()];
}

/** A token that an operation made ready: initialised here, or found ready. Undefined for any other operation. */
function tokenOf({ operation, step, result }: Done, plan: LedgerPlan): LedgerToken | undefined {
  const { name, model, serial } = operation.hsm;
  const planned = () => plan.tokens.find((token) => token.name === name) ?? broken(`the plan has no token "${name}"`);
  if (operation.op === 'prepare-token') {
    const made = { serial: fact(result, 'serial'), model: fact(result, 'model'), label: operation.label };
    return { name, ...made, means: planned().means, sets: operation.sets.map((set) => set.id) };
  }
  const isFound = operation.op === 'inventory' && FINDS_READY.includes(step.type);
  if (!isFound && !(operation.op === 'prove-key' && operation.certificate)) return undefined;
  const { label, means } = planned();
  return {
    name,
    serial: serial ?? broken(`step "${step.key}" looked at a token without a serial`),
    model,
    label,
    means,
    sets: [],
  };
}

/** The set that stands in the place of that one after every rotation; no set comes back, so this ends. */
function latest(id: string, replaced: ReadonlyMap<string, string>): string {
  const seen = new Set<string>();
  let last = id;
  for (let next = replaced.get(last); next !== undefined && !seen.has(next); next = replaced.get(last)) {
    seen.add(next);
    last = next;
  }
  return last;
}

function keyOf({ operation, step, result }: Done<'generate-key'>): LedgerKey {
  const quirks = result.facts['quirks'];
  return {
    name: made(step, 'key'),
    label: operation.label,
    id: operation.id,
    algorithm: operation.algorithm,
    spki: fact(result, 'spki'),
    spkiSha256: fact(result, 'spkiSha256'),
    token: operation.hsm.serial ?? broken(`step "${step.key}" generated a key on a token without a serial`),
    step: step.key,
    generatedAt: result.at,
    state: 'pre-activation',
    states: [],
    ...(operation.wrappable ? { wrappable: true } : {}),
    quirks: Array.isArray(quirks) ? quirks.map(String) : [],
  };
}
