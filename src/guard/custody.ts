import type { JsonObject } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { CLASS_OF, type Operation } from '../quorum/operation.ts';
import type { Member } from '../quorum/roster.ts';
import type { OpenedShare } from '../quorum/share-envelope.ts';
import {
  lastingHolders,
  newCustodians,
  openersFor,
  pinFrom,
  type ShareRecord,
  type ShareSet,
} from '../quorum/share-set.ts';
import type { HsmSession } from './hsm.ts';
import { compareEverySubset, forgetShare, recombine } from './shares.ts';

interface Held {
  readonly hsm: string;
  readonly set: ShareSet;
  readonly opened: Map<string, OpenedShare>;
  /** Seats whose open share came from paper. */
  readonly fromPaper: Set<string>;
  /**
   * `current`: its secret gives the token's PIN; `next`: it is to replace one that does; `superseded`: it opens nothing;
   * `kek`: its secret gives the key that a CA key is wrapped with.
   */
  state: 'current' | 'next' | 'superseded' | 'kek';
  /** Of a KEK: the one key that it wraps, or that is wrapped under it; and whether it was made for that in this ceremony. */
  readonly wraps: { readonly key: Sha256; readonly from: KekOrigin } | null;
  proven: boolean;
  /** Of the next one: digest of the descriptor under which it was begun to replace the current one, with unknown end. */
  begun: Sha256 | null;
}

/** In this ceremony, to wrap a key with; or of the ledger, to restore one. A set never goes from the one to the other. */
export type KekOrigin = 'made-here' | 'ledger';

export interface MatchedEnvelope {
  readonly set: ShareSet;
  readonly record: ShareRecord;
  readonly envelope: Uint8Array;
}

/** The share sets that this guard knows, and the shares that their custodians have opened and that are not yet used. */
export class Custody {
  readonly #held = new Map<string, Held>();

  /** The sets made for a token; those made before for it are forgotten: their secrets open nothing. */
  replace(hsm: string, sets: readonly ShareSet[]): void {
    this.forget(hsm);
    for (const held of this.#of(hsm)) this.#held.delete(held.set.id);
    for (const set of sets) this.#hold(hsm, set, 'current');
  }

  /**
   * A set that is to replace the current one of its kind; one that was to before is forgotten.
   * @param begun digest of the descriptor under which that was begun before an interruption
   */
  prepareNext(hsm: string, set: ShareSet, begun: Sha256 | null = null): void {
    this.forget(hsm);
    const before = this.next(hsm);
    if (before) this.#held.delete(before.id);
    this.#hold(hsm, set, 'next').begun = begun;
  }

  /** What may have reached the token: until it is known to be done, the token has one PIN or the other. */
  begin(hsm: string, descriptor: Sha256): void {
    const next = this.#nextOf(hsm);
    if (next) next.begun = descriptor;
  }

  /** The next set is the current one; what it replaced opens nothing. */
  supersede(hsm: string): void {
    const next = this.#nextOf(hsm);
    if (!next) return;
    this.forget(hsm);
    for (const held of this.#of(hsm)) {
      if (held.state === 'current' && held.set.kind === next.set.kind) held.state = 'superseded';
    }
    next.state = 'current';
    next.begun = null;
  }

  /**
   * A set under which that key of that HSM is wrapped, or under which it is wrapped that the HSM gets. One of the ledger has
   * been proven by all its custodians in the ceremony that made it. Shares that were opened for another HSM are forgotten.
   */
  holdKek(hsm: string, set: ShareSet, key: Sha256, from: KekOrigin): void {
    const before = this.#held.get(set.id);
    if (before?.hsm === hsm) return;
    if (before) forgetOpened(before);
    this.#hold(hsm, set, 'kek', { key, from }).proven = from === 'ledger';
  }

  /** The set that was made in this ceremony to wrap that key of that HSM with; no other key, and none of the ledger's. */
  madeKek(hsm: string, id: string, key: Sha256): ShareSet | undefined {
    const held = this.#of(hsm).find((one) => one.state === 'kek' && one.set.id === id);
    return held?.wraps?.from === 'made-here' && held.wraps.key === key ? held.set : undefined;
  }

  current(hsm: string, kind: ShareSet['kind']): ShareSet | undefined {
    return this.#of(hsm).find((held) => held.state === 'current' && held.set.kind === kind)?.set;
  }

  isRotated(hsm: string): boolean {
    return this.#of(hsm).some((held) => held.state === 'superseded');
  }

  next(hsm: string): ShareSet | undefined {
    return this.#nextOf(hsm)?.set;
  }

  /** Digest of the descriptor of a rotation whose end nobody knows. */
  begun(hsm: string): Sha256 | null {
    return this.#nextOf(hsm)?.begun ?? null;
  }

  /** Sets whose envelopes all custodians had opened before their quorum approved the token's preparation was done. */
  recall(hsm: string, sets: readonly ShareSet[]): void {
    this.replace(hsm, sets);
    for (const held of this.#of(hsm)) held.proven = true;
  }

  /**
   * Forgets the sets that were made in this ceremony and that nothing has the PIN or the key of: to replace another, to wrap a
   * key with, and of a token that is not prepared all of them.
   */
  dropUnused(hsm: string, isPrepared: boolean): void {
    for (const held of this.#of(hsm)) {
      const isUnused =
        held.state === 'next'
          ? held.begun === null
          : held.state === 'kek'
            ? held.wraps?.from === 'made-here'
            : held.state === 'current' && !isPrepared;
      if (!isUnused) continue;
      forgetOpened(held);
      this.#held.delete(held.set.id);
    }
  }

  setsOf(hsm: string): readonly ShareSet[] {
    return this.#of(hsm).flatMap((held) => (held.state === 'current' ? [held.set] : []));
  }

  /**
   * Finds the record of each envelope (named `<set>-<seat>-v1.p7m`), before any token is touched.
   * @throws CeremonyError SHARE_FOREIGN_SET, of a set that was superseded too; SHARE_CLASS for a set that these
   *   operations do not need: the security officer's outside class `administer`, and one that opens nothing yet
   */
  match(
    member: Member,
    envelopes: ReadonlyMap<string, Uint8Array>,
    operations: readonly Operation[],
  ): MatchedEnvelope[] {
    const matched: MatchedEnvelope[] = [];
    for (const [name, envelope] of envelopes) {
      const [id = ''] = name.split('-', 1);
      const held = this.#held.get(id);
      const record = held?.set.shares.find((share) => share.seat === member.seat);
      if (!held || !record)
        throw new CeremonyError(
          'SHARE_FOREIGN_SET',
          `the envelope "${name}" belongs to no share of "${member.seat}" in this ceremony's record`,
        );
      if (held.state === 'superseded')
        throw new CeremonyError(
          'SHARE_FOREIGN_SET',
          `the envelope "${name}" is of a superseded set: its share opens nothing any more`,
        );
      if (held.state === 'next' && operations.some((one) => one.op !== 'rotate-activation' || one.set.id !== id))
        throw new CeremonyError('SHARE_CLASS', `the set ${id} opens nothing yet: it is to replace another`);
      if (operations.some((one) => one.op === 'rotate-activation' && one.set.kind !== held.set.kind))
        throw new CeremonyError('SHARE_CLASS', `the ${held.set.kind} set ${id} is not the one that is replaced`);
      if (held.state === 'kek' && operations.some((one) => kekOf(one) !== id))
        throw new CeremonyError('SHARE_CLASS', `the set ${id} opens a wrapped key, and nothing else`);
      if (held.set.kind === 'so' && operations.some((one) => !opensAsOfficer(one))) {
        throw new CeremonyError(
          'SHARE_CLASS',
          `the security officer's set ${id} opens for class "administer" alone, not for "${operations.map(({ op }) => CLASS_OF[op]).join('", "')}"`,
        );
      }
      matched.push({ set: held.set, record, envelope });
    }
    return matched;
  }

  /**
   * The set under which a key was wrapped that is now restored, where somebody holds a share of it and has brought no envelope
   * that a token of theirs opens: their share can still come from paper. Undefined for everybody else.
   */
  awaitsPaper(
    member: Member,
    matched: readonly MatchedEnvelope[],
    operations: readonly Operation[],
  ): ShareSet | undefined {
    const [id, ...others] = new Set(operations.map((one) => (one.op === 'unwrap-key' ? one.set.id : undefined)));
    const held = id === undefined || others.length > 0 ? undefined : this.#held.get(id);
    const isHolder = held?.set.shares.some(({ seat }) => seat === member.seat) ?? false;
    return isHolder && !matched.some((one) => one.set === held?.set && opensBy(member, one)) ? held?.set : undefined;
  }

  isOpen(set: ShareSet, seat: string): boolean {
    return this.#held.get(set.id)?.opened.has(seat) ?? false;
  }

  /** Who of these has opened their share from paper. */
  fromPaper(id: string, seats: readonly string[]): readonly string[] {
    const { fromPaper } = this.#held.get(id) ?? {};
    return seats.filter((seat) => fromPaper?.has(seat));
  }

  openedOf(set: ShareSet): readonly OpenedShare[] {
    return [...(this.#held.get(set.id)?.opened.values() ?? [])];
  }

  keep(set: ShareSet, share: OpenedShare, from: 'envelope' | 'paper' = 'envelope'): void {
    const held = this.#held.get(set.id) as Held;
    if (from === 'paper') held.fromPaper.add(share.seat);
    else held.fromPaper.delete(share.seat);
    const before = held.opened.get(share.seat);
    if (before) forgetShare(before);
    held.opened.set(share.seat, share);
  }

  /**
   * Recombines every quorum of the sets that are about to be put to use, out of the shares that are open: of a token
   * that is prepared all of them, of a set that replaces another one more than its threshold, where there are so many.
   * @throws CeremonyError SHARE_UNPROVEN when a custodian has not opened theirs, SHARE_CHECK_VALUE
   */
  async prove(hsm: string): Promise<JsonObject> {
    const next = this.#nextOf(hsm);
    if (next) {
      const current = this.current(hsm, next.set.kind);
      const holders = current ? lastingHolders(current, next.set) : [];
      return { [next.set.id]: await proveNext(next, holders) };
    }
    const facts: Record<string, JsonObject> = {};
    for (const held of this.#of(hsm)) {
      if (held.state !== 'current') continue;
      facts[held.set.id] = await proveAll(held);
    }
    return facts;
  }

  /**
   * Recombines every quorum of a set under which a key is about to be wrapped: each of its custodians has opened theirs.
   * @throws CeremonyError SHARE_FOREIGN_SET, SHARE_UNPROVEN, SHARE_CHECK_VALUE
   */
  async proveKek(hsm: string, id: string): Promise<JsonObject> {
    const held = this.#of(hsm).find((one) => one.state === 'kek' && one.set.id === id);
    if (!held) throw new CeremonyError('SHARE_FOREIGN_SET', `no set ${id} was made to wrap a key of "${hsm}" with`);
    return { [id]: await proveAll(held) };
  }

  /**
   * A set with all its shares, to be printed: between the proof of its custodians and the operation that they approved.
   * The shares stay here, and are zeroed with the others. It is one that was made in this ceremony to wrap a key with: what
   * opens an HSM, and what an earlier ceremony has sealed, comes on no paper at the wish of whoever asks.
   * @throws CeremonyError SHARE_FOREIGN_SET, SHARE_UNPROVEN
   */
  provenShares(hsm: string, id: string): { readonly set: ShareSet; readonly shares: readonly OpenedShare[] } {
    const held = this.#of(hsm).find((one) => one.set.id === id);
    if (!held) throw new CeremonyError('SHARE_FOREIGN_SET', `no set ${id} of "${hsm}" is known`);
    if (held.wraps?.from !== 'made-here')
      throw new CeremonyError(
        'SHARE_FOREIGN_SET',
        `the set ${id} of "${hsm}" was not made in this ceremony to wrap a key with: its shares are not printed`,
      );
    const shares = held.set.shares.flatMap(({ seat }) => held.opened.get(seat) ?? []);
    if (!held.proven || shares.length < held.set.shares.length)
      throw new CeremonyError('SHARE_UNPROVEN', `the set ${id} is not printed: not all its custodians have proven it`);
    return { set: held.set, shares };
  }

  /**
   * The secrets that an operation needs, recombined from the shares of its approvers: none while an activation stands,
   * and none for an HSM that is not activated by shares.
   * @throws CeremonyError SHARE_UNPROVEN, QUORUM_NOT_MET, HSM_NOT_ACTIVE, SHARE_CHECK_VALUE
   */
  async secretsFor(
    hsm: HsmSession,
    operation: Operation,
    approvers: readonly string[],
  ): Promise<Map<ShareSet, Uint8Array>> {
    const secrets = new Map<ShareSet, Uint8Array>();
    const setting = ['prepare-token', 'rotate-activation', 'zeroize-token'].includes(operation.op);
    // A decision opens nothing.
    if (operation.op === 'set-key-state' || operation.op === 'record-loss') return secrets;
    const logsIn = hsm.authorized.activation.means === 'shares' && (setting || !hsm.active);
    if (!logsIn && kekOf(operation) === undefined) return secrets;
    const held = this.#of(operation.hsm.name).filter((one) => isNeededFor(one, operation, logsIn));
    const next = this.#nextOf(operation.hsm.name);
    if (logsIn && !setting && next?.set.kind === 'user' && next.begun !== null)
      throw new CeremonyError(
        'HSM_NOT_ACTIVE',
        `which user PIN "${operation.hsm.name}" has is not known: a rotation of its activation was begun`,
        { hint: 'finish the rotation first: no try is spent on a guess' },
      );
    if (held.length === 0)
      throw new CeremonyError('HSM_NOT_ACTIVE', `no share set of "${operation.hsm.name}" is known`);
    try {
      for (const one of held) {
        if ((setting || one.state === 'kek') && !one.proven)
          throw new CeremonyError(
            'SHARE_UNPROVEN',
            `the ${one.set.kind} set ${one.set.id} has not been proven by ${one.state === 'next' ? 'enough of' : 'all'} its custodians`,
          );
        const shares = approvers.flatMap((seat) => one.opened.get(seat) ?? []);
        if (shares.length < one.set.threshold) {
          throw new CeremonyError(
            'QUORUM_NOT_MET',
            `${shares.length} of the approvers opened their share; ${one.set.threshold} are needed to activate "${operation.hsm.name}"`,
            {
              hint: `${hsm.endedBy === undefined ? '' : `the activation that stood has ended (${hsm.endedBy}): `}the people who approve are the people whose shares are opened: have them present their tokens again`,
            },
          );
        }
        secrets.set(one.set, await recombine(one.set, shares));
      }
      return secrets;
    } catch (error) {
      for (const secret of secrets.values()) secret.fill(0);
      throw error;
    }
  }

  /** The user PIN, as bytes that the caller zeroes. @param longest what the token takes, in bytes */
  pin(hsm: HsmSession, secrets: ReadonlyMap<ShareSet, Uint8Array>, longest: number): Buffer {
    for (const [set, secret] of secrets) if (set.kind === 'user') return pinFrom(secret, set, longest);
    throw new CeremonyError('HSM_NOT_ACTIVE', `"${hsm.authorized.name}" is not active and its secret is not at hand`);
  }

  forget(hsm: string): void {
    for (const held of this.#of(hsm)) forgetOpened(held);
  }

  /** What a token of somebody has opened, on every HSM. What they typed from paper their token had no part in. */
  forgetHolder(seat: string): void {
    for (const { opened, fromPaper } of this.#held.values()) {
      const share = opened.get(seat);
      if (!share || fromPaper.has(seat)) continue;
      forgetShare(share);
      opened.delete(seat);
    }
  }

  #hold(hsm: string, set: ShareSet, state: Held['state'], wraps: Held['wraps'] = null): Held {
    const opened = { opened: new Map<string, OpenedShare>(), fromPaper: new Set<string>() };
    const held: Held = { hsm, set, ...opened, state, wraps, proven: false, begun: null };
    this.#held.set(set.id, held);
    return held;
  }

  #nextOf(hsm: string): Held | undefined {
    return this.#of(hsm).find((held) => held.state === 'next');
  }

  #of(hsm: string): Held[] {
    return [...this.#held.values()].filter((held) => held.hsm === hsm);
  }
}

function forgetOpened({ opened, fromPaper }: Held): void {
  for (const share of opened.values()) forgetShare(share);
  opened.clear();
  fromPaper.clear();
}

/**
 * Whose secrets an operation takes: both of a token that is prepared, old and new of a rotation, the security officer's of
 * one that is erased, both and the KEK's where a key is wrapped, the KEK's besides where one is unwrapped; else the user's.
 * @param logsIn whether a login of the user comes with it
 */
function isNeededFor({ set, state }: Held, operation: Operation, logsIn: boolean): boolean {
  if (state === 'kek') return set.id === kekOf(operation);
  if (operation.op === 'rotate-activation') return set.kind === operation.set.kind && state !== 'superseded';
  if (operation.op === 'zeroize-token') return state === 'current' && set.kind === 'so';
  const both = operation.op === 'prepare-token' || operation.op === 'wrap-key';
  return state === 'current' && logsIn && (both || set.kind === 'user');
}

/** Whether the security officer logs in: to have a wrapping key trusted, nobody else can (PKCS #11 v2.40 base, CKA_TRUSTED). */
function opensAsOfficer({ op }: Operation): boolean {
  return CLASS_OF[op] === 'administer' || op === 'wrap-key' || op === 'zeroize-token';
}

function opensBy({ tokens }: Member, { record }: MatchedEnvelope): boolean {
  return tokens.some(({ encryptionSpki }) => record.recipients.includes(encryptionSpki));
}

/** Id of the set whose secret gives the key that an operation wraps or unwraps with. */
function kekOf(operation: Operation): string | undefined {
  return operation.op === 'wrap-key' || operation.op === 'unwrap-key' ? operation.set.id : undefined;
}

/** @throws CeremonyError SHARE_UNPROVEN, SHARE_CHECK_VALUE */
async function proveAll(held: Held): Promise<JsonObject> {
  const { set, opened } = held;
  const missing = set.shares.filter((share) => !opened.has(share.seat)).map((share) => share.seat);
  if (missing.length > 0)
    throw new CeremonyError(
      'SHARE_UNPROVEN',
      `the ${set.kind} set ${set.id} has not been opened by ${missing.join(', ')}`,
    );
  const compared = await compareEverySubset(set, [...opened.values()]);
  held.proven = true;
  return { kind: set.kind, threshold: set.threshold, custodians: set.shares.length, subsetsCompared: compared };
}

/**
 * @param holders of the set that it is to replace
 * @returns what is recorded: who opened theirs, whose envelope stays sealed and unproven, and how many quorums agreed
 * @throws CeremonyError SHARE_UNPROVEN, SHARE_CHECK_VALUE
 */
async function proveNext(held: Held, holders: readonly string[]): Promise<JsonObject> {
  const { set, opened } = held;
  const seats = set.shares.map((share) => share.seat);
  const least = openersFor(set.threshold, seats.length);
  if (opened.size < least) {
    throw new CeremonyError(
      'SHARE_UNPROVEN',
      `${opened.size} of ${seats.length} custodians opened their share of the ${set.kind} set ${set.id}; ${least} must before it replaces another`,
    );
  }
  const closed = newCustodians(set, holders).filter((seat) => !opened.has(seat));
  if (closed.length > 0)
    throw new CeremonyError(
      'SHARE_UNPROVEN',
      `${closed.join(', ')} held no share before, and did not open theirs of the ${set.kind} set ${set.id}`,
      { hint: 'who is a custodian for the first time shows it before others depend on it' },
    );
  const compared = await compareEverySubset(set, [...opened.values()]);
  held.proven = true;
  return {
    kind: set.kind,
    threshold: set.threshold,
    custodians: seats.length,
    opened: seats.filter((seat) => opened.has(seat)),
    unproven: seats.filter((seat) => !opened.has(seat)),
    subsetsCompared: compared,
  };
}
