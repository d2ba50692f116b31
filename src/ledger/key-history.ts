import { isSha256, type Sha256 } from '../base/digest.ts';
import type { KeyState } from '../quorum/key-states.ts';
import type { Event, KeyStateEvent } from '../transcript/event.ts';
import { ADOPTED } from './adopted.ts';
import { CUSTODY_STEPS, TRANSCRIBES } from './custody.ts';
import type { Done, LedgerPlan, PlannedStep } from './done.ts';
import { doneIn } from './done-in.ts';
import { keysLeft } from './keys-left.ts';
import type { Ledger, LedgerKey, LedgerKeyState } from './ledger.ts';
import { TRANSCRIBES_EARLIER } from './on-paper.ts';

/*
 * How the keys of a ceremony come from one state into another (NIST SP 800-57 part 1 rev. 5 §7), by what is recorded alone. A
 * key is in pre-activation from its birth. It becomes active with the first certificate of this CA that names it (§7.2: "the
 * first certificate issued for the public key"), which the quorum approves, or by a decision; and it is destroyed with the last
 * place of it that is known.
 */

/** A transition that follows from what was recorded. */
export interface Transition extends Omit<KeyStateEvent, 'type' | 'from' | 'to'> {
  readonly from: KeyState | null;
  readonly to: KeyState;
  /** Seq and time of the event after which it stands. */
  readonly after: number;
  readonly at: string;
}

/** Types of steps that say what became of things. */
const ACCOUNT_FOR_THINGS: readonly string[] = [
  TRANSCRIBES,
  TRANSCRIBES_EARLIER,
  ...Object.keys(CUSTODY_STEPS).filter((type) => CUSTODY_STEPS[type] === 'destroyed'),
];

/** Whether a transition may follow from the last of these events. */
export function mayChangeStates(events: readonly Event[]): boolean {
  const last = events.at(-1);
  if (last?.type === 'result') return last.outcome === 'done';
  if (last?.type === 'observation') return last.subject === ADOPTED;
  if (last?.type !== 'abort' && (last?.type !== 'step' || last.phase !== 'end')) return false;
  return events.some(
    (event) => event.type === 'correction' || (event.type === 'step' && ACCOUNT_FOR_THINGS.includes(event.kind)),
  );
}

/**
 * Every transition of this ceremony, in its order.
 * @param previous ledger of the pack before
 * @throws CeremonyError TRANSCRIPT_BROKEN, DESCRIPTOR_INVALID
 */
export function transitionsIn(plan: LedgerPlan, events: readonly Event[], previous: Ledger | null): Transition[] {
  const history = new History(plan, events, previous);
  for (const [index, event] of events.entries()) history.take(event, index);
  return history.transitions;
}

/** Those that are not recorded yet. @throws CeremonyError TRANSCRIPT_BROKEN, DESCRIPTOR_INVALID */
export function transitionsDue(
  plan: LedgerPlan,
  events: readonly Event[],
  previous: Ledger | null,
): readonly KeyStateEvent[] {
  const recorded = events.filter(({ type }) => type === 'key-state').length;
  return transitionsIn(plan, events, previous).slice(recorded).map(eventOf);
}

/** As it is recorded. */
export function eventOf({ step, key, from, to, reason, proposal }: Transition): KeyStateEvent {
  return { type: 'key-state', step, key, from, to, reason, proposal };
}

/** The keys, each in its last state and with its history. @param number of the ceremony */
export function withHistory(
  keys: readonly LedgerKey[],
  transitions: readonly Transition[],
  events: readonly Event[],
  number: number,
): LedgerKey[] {
  return keys.map((key) => {
    const own = transitions.filter((one) => one.key === key.spkiSha256);
    const states = own.map(({ from, to, at, step, reason, proposal }): LedgerKeyState => {
      const approvedBy = approversOf(proposal, events);
      return { from, to, at, ceremony: number, step, reason, approvedBy };
    });
    return { ...key, state: own.at(-1)?.to ?? key.state, states: [...key.states, ...states] };
  });
}

function approversOf(proposal: number | null, events: readonly Event[]): readonly string[] {
  const intent = events.findLast((event) => event.type === 'intent' && event.proposal === proposal);
  return intent?.type === 'intent' ? intent.approvers.toSorted() : [];
}

type Why = Pick<Transition, 'reason' | 'proposal'>;

/** Of a key that no HSM had any more when the ceremony began. */
const LAST_THING: Why = { reason: 'the last thing that held it was destroyed', proposal: null };

class History {
  readonly transitions: Transition[] = [];
  readonly #plan: LedgerPlan;
  readonly #events: readonly Event[];
  readonly #previous: Ledger | null;
  readonly #done: ReadonlyMap<number, Done>;
  readonly #steps: readonly PlannedStep[];
  readonly #states: Map<Sha256, KeyState>;
  /** What each key was before it was destroyed. */
  readonly #before = new Map<Sha256, KeyState>();
  /** Key → by what it was destroyed on an HSM last, here. */
  readonly #destroyedBy = new Map<Sha256, Why>();
  /** Whether a thing was destroyed, or something corrected, since the keys that are left were looked at. */
  #isStale = false;

  constructor(plan: LedgerPlan, events: readonly Event[], previous: Ledger | null) {
    this.#plan = plan;
    this.#events = events;
    this.#previous = previous;
    this.#done = new Map(doneIn(plan, events).map((one) => [one.result.seq, one]));
    this.#steps = plan.acts.flatMap((act) => act.steps);
    this.#states = new Map(previous?.keys.map(({ spkiSha256, state }) => [spkiSha256, state]));
  }

  take(event: Event, index: number): void {
    const done = this.#done.get(event.seq);
    if (done) this.#operated(done, event, index);
    else if (event.type === 'observation' && event.subject === ADOPTED) this.#adopted(event);
    else if (event.type === 'correction') this.#isStale = true;
    else if (event.type === 'step' && event.phase === 'begin') this.#isStale ||= this.#destroysThings(event.step);
    else if (((event.type === 'step' && event.phase === 'end') || event.type === 'abort') && this.#isStale)
      this.#look(event, index, event.step);
  }

  #operated({ operation, step, result }: Done, event: Event, index: number): void {
    const { proposal } = result;
    switch (operation.op) {
      case 'generate-key': {
        const key = result.facts['spkiSha256'];
        if (typeof key === 'string' && isSha256(key) && !this.#states.has(key))
          this.#become({ step: step.key, key, to: 'pre-activation', reason: 'it was generated', proposal }, event);
        break;
      }
      case 'sign': {
        const key = operation.kind === 'certificate' ? this.#certifiedBy(step) : undefined;
        if (key !== undefined && this.#states.get(key) === 'pre-activation')
          this.#become(
            {
              step: step.key,
              key,
              to: 'active',
              reason: `the certificate ${operation.out} was issued for it`,
              proposal,
            },
            event,
          );
        break;
      }
      case 'set-key-state':
        this.#become(
          { step: step.key, key: operation.key, to: operation.to, reason: operation.reason, proposal },
          event,
        );
        break;
      case 'destroy-key':
        this.#destroyedBy.set(operation.key, { reason: operation.reason, proposal });
        this.#look(event, index, step.key);
        break;
      case 'zeroize-token':
        for (const { key } of operation.destroys) this.#destroyedBy.set(key, { reason: operation.reason, proposal });
        this.#look(event, index, step.key);
        break;
    }
  }

  /** It is in the ledger with this, not with the proof before it. */
  #adopted(event: Extract<Event, { type: 'observation' }>): void {
    const proof = [...this.#done.values()].findLast(
      ({ operation, step, result }) =>
        operation.op === 'prove-key' && step.key === event.step && result.seq < event.seq,
    );
    if (proof?.operation.op !== 'prove-key' || !proof.operation.certificate) return;
    const { key } = proof.operation;
    const reason = 'it was in use before, and came in with its certificate';
    if (!this.#states.has(key))
      this.#become({ step: event.step, key, to: 'active', reason, proposal: proof.result.proposal }, event);
  }

  /** Of which keys something is left. That people correct what they said of a thing undoes what followed from it. */
  #look(event: Event, index: number, step: string): void {
    this.#isStale = false;
    const before = this.#events.slice(0, index + 1);
    for (const { spkiSha256: key, isLeft } of keysLeft(this.#plan, before, this.#previous)) {
      const state = this.#states.get(key);
      if (!isLeft && state !== undefined && state !== 'destroyed') {
        this.#before.set(key, state);
        this.#become({ step, key, to: 'destroyed', ...(this.#destroyedBy.get(key) ?? LAST_THING) }, event);
      }
      const was = this.#before.get(key);
      if (isLeft && state === 'destroyed' && was !== undefined)
        this.#become(
          { step, key, to: was, reason: 'what was said was corrected: not all of it is destroyed', proposal: null },
          event,
        );
    }
  }

  #become(transition: Omit<Transition, 'from' | 'after' | 'at'>, { seq, at }: Event): void {
    const { key, to } = transition;
    this.transitions.push({ ...transition, from: this.#states.get(key) ?? null, after: seq, at });
    this.#states.set(key, to);
  }

  #destroysThings(key: string): boolean {
    const type = this.#steps.find((step) => step.key === key)?.type ?? '';
    return ACCOUNT_FOR_THINGS.includes(type);
  }

  /** Digest of the key for which a step issues a certificate, where it is one of this CA. */
  #certifiedBy(step: PlannedStep): Sha256 | undefined {
    const { existing, issuer, key, 'subject-key': subject } = step.params;
    if (typeof existing === 'string') {
      const maker = this.#steps.find((one) => one !== step && one.makes['certificate'] === existing);
      return maker ? this.#certifiedBy(maker) : this.#usedDigest(existing, 'certificate');
    }
    const name = issuer === undefined ? key : subject;
    return typeof name === 'string' ? this.#keyNamed(name) : undefined;
  }

  #keyNamed(name: string): Sha256 | undefined {
    for (const { operation, step, result } of this.#done.values()) {
      if (operation.op !== 'generate-key' || step.makes['key'] !== name) continue;
      const digest = result.facts['spkiSha256'];
      return typeof digest === 'string' && isSha256(digest) ? digest : undefined;
    }
    return this.#usedDigest(name, 'key');
  }

  #usedDigest(name: string, kind: string): Sha256 | undefined {
    const used = this.#plan.uses?.[name];
    const digest = used?.kind === kind ? used.spkiSha256 : undefined;
    return digest !== undefined && isSha256(digest) ? digest : undefined;
  }
}
