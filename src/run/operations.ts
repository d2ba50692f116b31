import { canonicalBytes, type JsonObject, parseCanonicalObject } from '../base/canonical-json.ts';
import { addDuration, formatUtc, parseUtc } from '../base/dates.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError, type ErrorCode } from '../base/errors.ts';
import { HeldOctets } from '../base/held-octets.ts';
import type { Octets } from '../base/octets.ts';
import { approvalPayloadPath, approvalSignaturePath, approvalStatementPath } from '../pack/layout.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { setsToOpen } from '../plan/share-sets.ts';
import type { Executed, Operations, ProposalMaterial, PutUp, Running, TurnedDown } from '../plan/step-type.ts';
import type { Approved, Clock, Guard, Medium } from '../ports.ts';
import { CLASS_OF, describeOperation, type OperationName, readDescriptor } from '../quorum/operation.ts';
import { type Roster, ruleFor, shareThresholds } from '../quorum/roster.ts';
import { envelopeName } from '../quorum/share-envelope.ts';
import { signaturesIn } from '../quorum/sign-list.ts';
import type { Event } from '../transcript/event.ts';
import { type Attendance, isForPeople, isInterruption } from './attendance.ts';
import { custodiansFor, type Demand, hasLost, openersOf, type Unmet, unmetBy, whoHelps } from './demands.ts';
import { doneFor } from './standing.ts';

const NO_BYTES = new Uint8Array(0);
/** A proposal stands this long; people approve what they have just seen. */
const STANDS = 'PT60M';

interface Open {
  readonly step: PlannedStep;
  readonly seq: number;
  readonly id: Sha256;
  /** UTC. */
  readonly expires: string;
  readonly statement: Uint8Array;
  readonly descriptor: Uint8Array;
  readonly payload: Octets | null;
  readonly approvals: { readonly seat: string; readonly signature: Uint8Array }[];
  /** Puts the same operation up anew, with dates of then. */
  readonly again: () => Running;
  /** Whether people have held it to what they have of it elsewhere: no token signs it before. */
  examined: boolean;
}

/** A proposal that lacks approvals, and what it lacks. */
interface Wanting {
  readonly open: Open;
  readonly unmet: readonly Unmet[];
}

interface Declined {
  readonly open: Open;
  /** Of its event. */
  readonly seq: number;
}

export interface OperationsInput {
  readonly guard: Guard;
  readonly attendance: Attendance;
  /** @throws CeremonyError DEVIATION_UNAPPROVED */
  readonly approveDeviations: () => Promise<void>;
  /** Records that what the HSM does not report of a new key is to be accepted: its quorum is asked before the key is used. */
  readonly acceptQuirks: (step: PlannedStep, refusal: CeremonyError) => Promise<void>;
  /** Looks at what an operation that failed may have left on its HSM, and records it. */
  readonly reconcile: (open: Event & { readonly type: 'proposed' }) => Promise<void>;
  readonly clock: Clock;
  /** The one in force. */
  readonly roster: () => Roster;
  /** Seats of those who are here now. */
  readonly present: () => readonly string[];
  readonly open: (path: string) => Promise<Octets>;
  /** Puts a file into the pack without a `file` event: approvals have events of their own. */
  readonly write: (path: string, bytes: Octets) => Promise<void>;
  readonly events: () => readonly Event[];
  readonly media: (name: string) => readonly Medium[];
  /** Which sets open an HSM, and on which medium their envelopes lie, follows from it and the events. */
  readonly plan: Pick<Plan, 'tokens' | 'acts' | 'uses'>;
  /** Has the step's type make its proposal; dates are bound to `at`. */
  readonly material: (step: PlannedStep, at: string) => Promise<ProposalMaterial>;
  /** Has people examine what is put up, as the step that approves it wants it. */
  readonly examine: (proposals: readonly PutUp[]) => Running<readonly TurnedDown[]>;
}

/** The way from proposal to result, for every operation alike: proposed, approved, intended, done. */
export class OperationDesk implements Operations {
  readonly #input: OperationsInput;
  readonly #open = new Map<string, Open>();

  constructor(input: OperationsInput) {
    this.#input = input;
  }

  get isProposed(): boolean {
    return this.#open.size > 0;
  }

  async *propose(steps: readonly PlannedStep[]): Running {
    for (const step of steps) {
      // Approvals take their time: the time to which dates are bound is that after them.
      await this.#input.approveDeviations();
      const at = this.#input.clock.now();
      yield* this.#put(step, await this.#input.material(step, at), at, () => this.propose([step]));
    }
  }

  async *put(step: PlannedStep, material: () => ProposalMaterial): Running {
    await this.#input.approveDeviations();
    yield* this.#put(step, material(), this.#input.clock.now(), () => this.put(step, material));
  }

  async *#put(
    step: PlannedStep,
    { operation, payload, previous, delta, wrapped, certificates, lint }: ProposalMaterial,
    at: string,
    again: () => Running,
  ): Running {
    const { guard, write } = this.#input;
    const descriptor = describeOperation(operation);
    const expires = formatUtc(addDuration(parseUtc(at), STANDS));
    const seq = this.#input.events().length + 1;
    const path = payload ? approvalPayloadPath(seq) : null;
    if (path !== null && payload) await write(path, payload);
    // Of what is not in memory there is a file now, and nothing of it need be kept to make it.
    const written = path === null || payload instanceof Uint8Array ? payload : await this.#held(path);
    const committed = yield {
      type: 'proposed',
      at,
      step: step.key,
      operation: operation.op,
      descriptor: parseCanonicalObject(descriptor.bytes, 'the operation descriptor'),
      digest: descriptor.digest,
      expires,
      payload: path,
      lint: lint.map((problem) => ({ ...problem }) as JsonObject),
    };
    const statement = await guard.propose({
      ...{ descriptor: descriptor.bytes, payload: written, proposal: committed.head, expires },
      ...(previous ? { previous } : {}),
      ...(delta ? { delta } : {}),
      ...(certificates ? { certificates } : {}),
      ...(wrapped ? { wrapped } : {}),
    });
    await write(approvalStatementPath(seq), statement);
    this.#open.set(step.key, {
      step,
      seq,
      id: committed.head,
      expires,
      statement,
      descriptor: descriptor.bytes,
      payload: written,
      approvals: [],
      again,
      examined: false,
    });
  }

  async *collect(steps: readonly PlannedStep[], seats: readonly string[]): Running {
    const demands = [{ count: seats.length, among: seats }];
    yield* this.#gather(
      steps,
      () => seats,
      () => demands,
    );
  }

  async *collectQuorum(steps: readonly PlannedStep[]): Running {
    const { plan, present, events } = this.#input;
    const roster = this.#input.roster();
    const rules = steps.map((step) => ruleFor(roster, CLASS_OF[step.operation as OperationName]));
    const opened = new Map<PlannedStep, readonly Demand[]>();
    let openers = 0;
    for (const step of steps) {
      const proposed = this.#proposed(step);
      opened.set(step, proposed ? custodiansFor(plan, proposed, events(), roster) : []);
      openers = Math.max(openers, openersOf(proposed));
    }
    // Where a class needs fewer than the shares' threshold, threshold-many people must come all the same.
    const count = Math.max(shareThresholds(roster).userThreshold, ...rules.map((rule) => rule.need), openers);
    const custodians = new Set([...opened.values()].flat().flatMap(({ among }) => among));
    // The approvers are those whose shares are opened: who came since the shares were made has none.
    const among = roster.members
      .filter(({ role, evidence }) => role === rules[0]?.role && evidence === 'token')
      .map(({ seat }) => seat)
      .filter((seat) => custodians.size === 0 || custodians.has(seat));
    const able = () => present().filter((seat) => among.includes(seat));
    // Whoever approves it, and leaves then, has approved it.
    const demandsOf = (step: PlannedStep) => [{ count, among }, ...(opened.get(step) ?? [])];
    if (custodians.size > 0) for (const demand of steps.flatMap(demandsOf)) holdToCustodians(demand, able());
    yield* this.#gather(steps, able, demandsOf);
  }

  isDone(step: PlannedStep): boolean {
    return doneFor(step, this.#input.events()) !== undefined;
  }

  isOpen(step: PlannedStep): boolean {
    return this.#open.has(step.key);
  }

  async *execute(step: PlannedStep, keep?: (bytes: Uint8Array) => Running): Running<Executed> {
    const before = doneFor(step, this.#input.events());
    if (before) return await this.#recorded(before);
    // What had been approved is void after an interruption: it is approved anew, here.
    if (!this.#open.has(step.key) && this.#wasInterrupted(step)) {
      yield* this.propose([step]);
      yield* this.collectQuorum([step]);
    }
    for (;;) {
      const open = this.#require(step);
      // While people approve what was deviated from, it stays open: nobody pauses over it.
      await this.#input.approveDeviations();
      this.#open.delete(step.key);
      if (this.#input.clock.now() > open.expires) {
        yield* this.#expired(open);
        yield* this.collectQuorum([step]);
        continue;
      }
      const approvers = seatsOf(open).sort();
      yield { type: 'intent', proposal: open.seq, approvers };
      try {
        const done = await this.#input.guard.execute(open.id, open.approvals);
        if (keep) yield* keep(done.bytes);
        yield { type: 'result', proposal: open.seq, outcome: 'done', facts: done.facts };
        return { ...done, signatures: signaturesOf(open.descriptor, done.facts), payload: open.payload ?? NO_BYTES };
      } catch (error) {
        // Of what a guard was at when it died, nobody knows what came: the HSM is looked at when the ceremony goes on.
        if (!(error instanceof CeremonyError) || isInterruption(error)) throw error;
        const facts = { code: error.code, message: error.message, ...((error.details ?? {}) as JsonObject) };
        const failed = yield { type: 'result', proposal: open.seq, outcome: 'failed', facts };
        const way = wayOn(step, error);
        if (!isForPeople(error) || way === undefined) throw error;
        const decision = await this.#input.attendance.decide(failed.event.seq, error, [way, 'abort']);
        if (decision === 'abort') throw error;
        if (decision === 'accept-quirk') await this.#input.acceptQuirks(step, error);
        if (decision !== 'propose-again')
          await this.#input.reconcile(this.#proposed(step) as Event & { type: 'proposed' });
        yield* open.again();
        yield* this.collectQuorum([step]);
      }
    }
  }

  /** What has lapsed is not begun: people decide whether it is proposed anew. */
  async *#expired({ step, seq, id, expires, again }: Open): Running {
    const { attendance, guard } = this.#input;
    const error = new CeremonyError('PROPOSAL_EXPIRED', `the proposal in event ${seq} expired at ${expires}`);
    const refusal = await attendance.refuse(step, error, null, seq);
    if ((await attendance.decide(refusal, error, ['propose-again', 'abort'])) === 'abort') throw error;
    await guard.withdraw(id);
    yield* again();
  }

  /** Whether an interruption voided the step's proposal. One that was declined or given up is not put up unasked. */
  #wasInterrupted(step: PlannedStep): boolean {
    const events = this.#input.events();
    const proposed = this.#proposed(step);
    const resumed = events.findLast((event) => event.type === 'resume');
    return proposed !== undefined && resumed !== undefined && proposed.seq < resumed.seq;
  }

  /** What the HSM did before an interruption, from the record: it does not do it again. */
  async #recorded({ proposed, result }: NonNullable<ReturnType<typeof doneFor>>): Promise<Executed> {
    const { facts } = result;
    const signature = typeof facts['signature'] === 'string' ? Buffer.from(facts['signature'], 'base64') : NO_BYTES;
    const payload = proposed.payload === null ? NO_BYTES : await this.#held(proposed.payload);
    const signatures = signaturesOf(canonicalBytes(proposed.descriptor), facts);
    return { facts, bytes: signature, signatures, payload };
  }

  /** What is approved, signed and put into the pack is what lies there now, or cannot be read any more. */
  async #held(path: string): Promise<Octets> {
    const octets = await this.#input.open(path);
    return octets instanceof Uint8Array ? octets : HeldOctets.of(octets, path);
  }

  /** Voids what is still open, before the teardown of an aborted ceremony. */
  async withdrawAll(): Promise<void> {
    for (const open of this.#open.values()) await this.#input.guard.withdraw(open.id);
    this.#open.clear();
  }

  /** Has people present their tokens until each proposal of these steps has all the approvals that it needs. */
  async *#gather(
    steps: readonly PlannedStep[],
    able: () => readonly string[],
    demandsOf: (step: PlannedStep) => readonly Demand[],
  ): Running {
    let passed: string | undefined;
    for (;;) {
      yield* this.#examine(steps);
      const wanting = steps
        .map((step) => this.#require(step))
        .map((open) => ({ open, unmet: unmetBy(seatsOf(open), demandsOf(open.step)) }))
        .filter(({ unmet }) => unmet.length > 0);
      if (wanting.length === 0) return;
      const short = wanting.map(({ open }) => open);
      const unmet = wanting.flatMap((one) => one.unmet);
      const lacks = (seat: string) => short.filter((one) => !seatsOf(one).includes(seat));
      const candidates = whoHelps(
        able().filter((seat) => lacks(seat).length > 0),
        unmet,
      );
      if (candidates.length === 0) {
        const need = Math.max(...unmet.map(({ count }) => count));
        throw new CeremonyError('QUORUM_NOT_MET', `each operation needs ${need} people; nobody is left to approve`);
      }
      const missing = Math.max(...unmet.map((one) => one.missing));
      const seat = await this.#next(able(), wanting, passed);
      // Something else was wanted first: whoever is called now follows from what is so now.
      if (seat === undefined) continue;
      passed = (yield* this.#present(lacks(seat), seat, candidates.length > missing)) ? undefined : seat;
    }
  }

  /** Nobody is called before what is put up was examined; what was turned down is void, and put up anew or nothing at all. */
  async *#examine(steps: readonly PlannedStep[]): Running {
    for (;;) {
      const fresh = steps.map((step) => this.#require(step)).filter(({ examined }) => !examined);
      if (fresh.length === 0) return;
      const turnedDown = yield* this.#input.examine(fresh);
      for (const one of fresh) one.examined = true;
      const gone: Open[] = [];
      let about = 0;
      for (const { seq, seat, reason } of turnedDown) {
        const open = fresh.find((one) => one.seq === seq);
        if (!open) throw new CeremonyError('PROPOSAL_UNKNOWN', `event ${seq} is no proposal that is put up`);
        about = (yield { type: 'declined', proposal: seq, seat, reason }).event.seq;
        this.#open.delete(open.step.key);
        await this.#input.guard.withdraw(open.id);
        gone.push(open);
      }
      if (gone.length === 0) return;
      const error = new CeremonyError('COMPARISON_FAILED', turnedDown.map(({ reason }) => reason).join('; '), {
        hint: 'what this computer puts up is not what people have of it elsewhere: find out why before it is put up again',
      });
      if ((await this.#input.attendance.decide(about, error, ['propose-again', 'abort'])) === 'abort') throw error;
      for (const open of gone) yield* open.again();
    }
  }

  /** Who presents next, by how far the approvals are: of operations that the same people approved, together. */
  async #next(
    able: readonly string[],
    wanting: readonly Wanting[],
    passed: string | undefined,
  ): Promise<string | undefined> {
    const alike = Map.groupBy(wanting, ({ open }) => seatsOf(open).join());
    const tallies = [...alike.values()].map((group) => {
      const approved = group[0] ? seatsOf(group[0].open) : [];
      const unmet = group.flatMap((one) => one.unmet);
      return {
        of: `To approve: ${group.map(({ open: { step } }) => `${step.operation} in step ${step.key}`).join(', ')}`,
        approved,
        able: whoHelps(
          able.filter((seat) => !approved.includes(seat)),
          unmet,
        ),
        missing: Math.max(...unmet.map(({ missing }) => missing)),
      };
    });
    return await this.#input.attendance.nextToApprove(tallies, passed);
  }

  /**
   * One person decides on each proposal. What they decline is recorded before their token is tried again for the rest.
   * @returns false when another person is to present instead
   */
  async *#present(open: readonly Open[], seat: string, others: boolean): Running<boolean> {
    const { guard, attendance } = this.#input;
    const declined: Declined[] = [];
    let left = open;
    let failure: CeremonyError | undefined;
    let other = false;
    while (left.length > 0 && !other) {
      const ids = left.map((one) => one.id);
      const envelopes = await this.#envelopes(left, seat);
      const attempt = async () => {
        const before = failure;
        failure = undefined;
        if (before) throw before;
        return await guard.approve(seat, ids, envelopes);
      };
      const approved = await attendance.attendedOr(
        seat,
        attempt,
        others ? ['other', 'propose-again'] : ['propose-again'],
      );
      if (approved === 'propose-again') {
        const now = this.#input.clock.now();
        for (const one of left.filter(({ expires }) => now > expires)) {
          this.#open.delete(one.step.key);
          await guard.withdraw(one.id);
          yield* one.again();
        }
        left = [];
      } else if (typeof approved === 'string') other = true;
      else {
        left = yield* this.#record(left, seat, approved, declined);
        failure = approved.failure;
      }
    }
    if (declined.length > 0) yield* this.#declined(declined, open.length, seat);
    return !other;
  }

  /** @param declined gets what was declined; @returns what the person's token did not get to sign */
  async *#record(
    open: readonly Open[],
    seat: string,
    { decisions, failure }: Approved,
    declined: Declined[],
  ): Running<readonly Open[]> {
    const left: Open[] = [];
    for (const [index, one] of open.entries()) {
      const decision = decisions[index];
      if (decision === null && failure) {
        left.push(one);
        continue;
      }
      if (!decision)
        throw new CeremonyError('GUARD_DIED', `the guard gave no decision of "${seat}" on step "${one.step.key}"`);
      if ('declined' in decision) {
        this.#open.delete(one.step.key);
        const { event } = yield { type: 'declined', proposal: one.seq, seat, reason: decision.declined };
        declined.push({ open: one, seq: event.seq });
        continue;
      }
      const { signature, token, origin } = decision;
      await this.#input.write(approvalSignaturePath(one.seq, seat), signature);
      one.approvals.push({ seat, signature });
      yield { type: 'approval', proposal: one.seq, seat, signature: sha256(signature), token, origin };
    }
    return left;
  }

  /** What was declined is void. Once its reason is dealt with, people may have it proposed again. */
  async *#declined(declined: readonly Declined[], of: number, seat: string): Running {
    const need = ruleFor(this.#input.roster(), CLASS_OF[declined[0]?.open.step.operation as OperationName]).need;
    const error = new CeremonyError(
      'OFFICER_DECLINED',
      `"${seat}" declined ${declined.length} of ${of} operations; each needs ${need} people`,
    );
    const about = declined.at(-1)?.seq ?? 0;
    if ((await this.#input.attendance.decide(about, error, ['propose-again', 'abort'])) === 'abort') throw error;
    for (const { open } of declined) yield* open.again();
  }

  /** This person's envelopes for the HSMs of these operations, read from the first copy of their medium. */
  async #envelopes(open: readonly Open[], seat: string): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    for (const { step } of open) {
      const proposed = this.#proposed(step);
      const { plan, events } = this.#input;
      for (const { set, medium: name } of proposed ? setsToOpen(plan, proposed, events()) : []) {
        const share = set.shares.find((one) => one.seat === seat);
        // What is sealed to a token that was replaced, its holder cannot open.
        if (!share || hasLost(share, this.#input.roster())) continue;
        const file = envelopeName(set.id, seat);
        const media = this.#input.media(name ?? '');
        // Who restores a key may have their share on paper alone: the guard asks for it where no envelope is there.
        const bytes = step.operation === 'unwrap-key' ? await firstOn(media, file) : await media[0]?.files.read(file);
        if (bytes) found.set(file, bytes);
      }
    }
    return found;
  }

  #proposed(step: PlannedStep): Extract<Event, { type: 'proposed' }> | undefined {
    return this.#input
      .events()
      .findLast(
        (event): event is Extract<Event, { type: 'proposed' }> => event.type === 'proposed' && event.step === step.key,
      );
  }

  #require(step: PlannedStep): Open {
    const open = this.#open.get(step.key);
    if (!open) throw new CeremonyError('PROPOSAL_UNKNOWN', `step "${step.key}" has no open proposal`);
    return open;
  }
}

/** A file from the first medium that has it; undefined where none does. */
async function firstOn(media: readonly Medium[], file: string): Promise<Uint8Array | undefined> {
  for (const { files } of media) if ((await files.list()).includes(file)) return await files.read(file);
  return undefined;
}

/** Those that the facts of its result hold. */
function signaturesOf(descriptor: Uint8Array, facts: JsonObject): Uint8Array[] {
  return signaturesIn(readDescriptor(descriptor).operation, facts).map((signature) => signature ?? NO_BYTES);
}

/** Who has approved a proposal, in that order. */
function seatsOf({ approvals }: Open): string[] {
  return approvals.map((approval) => approval.seat);
}

/** @throws CeremonyError QUORUM_NOT_MET when too few of those who are here hold a share of what is opened */
function holdToCustodians({ count, among }: Demand, able: readonly string[]): void {
  const here = able.filter((seat) => among.includes(seat));
  if (here.length >= count) return;
  throw new CeremonyError(
    'QUORUM_NOT_MET',
    `${count} people open the HSM with their shares; of those here ${here.length} hold one (${here.join(', ') || 'nobody'})`,
    { hint: 'whoever came since the shares were made holds none: have a custodian come back, or abort' },
  );
}

/** What these say of a key makes it one that is never used: to take it up would be refused again. */
const UNUSABLE: ReadonlySet<ErrorCode> = new Set(['HSM_ATTRIBUTE', 'HSM_KEY_INVALID', 'HSM_SIGNATURE']);

/**
 * How people may go on after an operation failed. One that leaves nothing behind on the HSM, or did not reach it, is
 * simply proposed again. What may have left a key or half a token there is looked at first. Undefined: not at all.
 */
function wayOn(step: PlannedStep, error: CeremonyError): 'propose-again' | 'reconcile' | 'accept-quirk' | undefined {
  if (error.code === 'HSM_QUIRK') return 'accept-quirk';
  if (UNUSABLE.has(error.code)) return undefined;
  // A rotation or a destruction that may have reached the token is proposed anew as what it is: one that finishes what
  // was begun.
  const finishes = ['rotate-activation', 'destroy-key', 'zeroize-token', 'set-key-state', 'record-loss'];
  // What a wrapping may have left is a wrapping key, which the next one destroys.
  const again: readonly (string | null)[] = ['sign', 'sign-list', 'prove-key', 'inventory', 'wrap-key', ...finishes];
  return again.includes(step.operation) || error.details?.['reached'] === 'no' ? 'propose-again' : 'reconcile';
}
