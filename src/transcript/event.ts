import type { Json, JsonObject } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';

/**
 * The events of a transcript: a closed union, few on purpose. A step type composes these, so a new step needs no new
 * event and the verifier does not change. Data only: pseudonymous seats, digests, public facts; never a secret.
 */
export type EventData =
  | OpeningEvent
  | ActEvent
  | StepEvent
  | AnswerEvent
  | ObservationEvent
  | ProposedEvent
  | ApprovalEvent
  | DeclinedEvent
  | RefusalEvent
  | IntentEvent
  | ResultEvent
  | KeyStateEvent
  | StatementEvent
  | FileEvent
  | DeviationEvent
  | PauseEvent
  | CorrectionEvent
  | DecisionEvent
  | ResumeEvent
  | ReconciliationEvent
  | AbortEvent
  | CloseEvent;

/** First event: what is run, under which permit, with which program. Its line's SHA-256 is the ceremony id. */
export interface OpeningEvent {
  readonly type: 'opening';
  readonly title: string;
  readonly objectives: readonly string[];
  readonly number: number;
  readonly mode: 'rehearsal' | 'production';
  readonly authorization: Sha256;
  readonly script: Sha256;
  readonly site: Sha256;
  readonly roster: Sha256;
  readonly people: Sha256;
  readonly previous: Sha256;
  /** SHA-256 of the canonical plan: a verifier derives the plan again and compares. */
  readonly plan: Sha256;
  readonly program: {
    readonly name: string;
    readonly version: string;
    readonly digest: Sha256;
    readonly runtime: string;
  };
  /** Versions of what interprets the script, so that a later verifier uses the same or says "not re-derived". */
  readonly versions: {
    readonly rules: Readonly<Record<string, Sha256>>;
    readonly profiles: Readonly<Record<string, Sha256>>;
    readonly steps: Readonly<Record<string, number>>;
    readonly report: string;
  };
}

/** An act (0-based) begins or ends. At its end people write the head's words on every paper copy. */
export interface ActEvent {
  readonly type: 'act';
  readonly act: number;
  readonly title: string;
  readonly phase: 'begin' | 'end';
}

/** A step begins, ends or is skipped. `number` is what paper says: `7`, or `7.2` for the second person of an `each`. */
export interface StepEvent {
  readonly type: 'step';
  readonly step: string;
  readonly number: string;
  readonly kind: string;
  readonly phase: 'begin' | 'end' | 'skip';
  readonly by: readonly string[];
  readonly check: readonly string[];
  /** For `skip`: why. Empty otherwise. */
  readonly why: string;
}

/** What a person said or typed. `values` is empty for a plain confirmation. */
export interface AnswerEvent {
  readonly type: 'answer';
  readonly step: string;
  readonly seat: string;
  readonly checkedBy: readonly string[];
  readonly question: string;
  readonly values: JsonObject;
}

/** What the program saw by itself: the clock, the environment, a token. */
export interface ObservationEvent {
  readonly type: 'observation';
  readonly step: string;
  readonly subject: string;
  readonly facts: JsonObject;
}

/** An operation put up for approval. `descriptor` is what people approve; its canonical bytes have `digest`. */
export interface ProposedEvent {
  readonly type: 'proposed';
  /** The time to which the operation's dates are bound: the event is stamped with it, not with the moment it is written. */
  readonly at: string;
  readonly step: string;
  readonly operation: string;
  readonly descriptor: JsonObject;
  readonly digest: Sha256;
  readonly expires: string;
  /** Path in the pack of the to-be-signed bytes, or null. */
  readonly payload: string | null;
  /** Lint of those bytes, all clean or waived: rule ids with severity and message. */
  readonly lint: readonly JsonObject[];
}

/** One officer's signed approval of the proposal, or of the deviation, in event `proposal` (seq). */
export interface ApprovalEvent {
  readonly type: 'approval';
  readonly proposal: number;
  readonly seat: string;
  /** SHA-256 of the CMS file `approvals/<proposal>-<seat>.p7s`. */
  readonly signature: Sha256;
  /** Serial and origin of the token that signed. */
  readonly token: string;
  readonly origin: string;
}

/**
 * Somebody declined. A proposal is void from here on; a deviation stays unapproved. No token signs it: the seat is that
 * of whoever sat at the terminal, as they said.
 */
export interface DeclinedEvent {
  readonly type: 'declined';
  readonly proposal: number;
  readonly seat: string;
  readonly reason: string;
}

/** Something was refused: a wrong PIN, a missing quorum, an altered envelope. Nothing was done. */
export interface RefusalEvent {
  readonly type: 'refusal';
  readonly step: string;
  readonly code: string;
  readonly message: string;
  readonly seat: string | null;
  readonly proposal: number | null;
}

/** Written before the HSM is called; consumes the proposal. */
export interface IntentEvent {
  readonly type: 'intent';
  readonly proposal: number;
  /** The approvers, sorted: the people whose shares are opened. */
  readonly approvers: readonly string[];
}

export interface ResultEvent {
  readonly type: 'result';
  readonly proposal: number;
  readonly outcome: 'done' | 'failed';
  readonly facts: JsonObject;
}

/**
 * A key has another state (NIST SP 800-57 part 1 rev. 5 §7). It follows from what was done right before, and is recorded at
 * once, so that each transition has its time, its reason and its approvals.
 */
export interface KeyStateEvent {
  readonly type: 'key-state';
  /** Key of the step in which it came about. */
  readonly step: string;
  /** SHA-256 of its SubjectPublicKeyInfo. */
  readonly key: Sha256;
  /** Null for a key that was not known before. */
  readonly from: string | null;
  readonly to: string;
  readonly reason: string;
  /** Seq of the proposal whose approvals are those of the transition; null where no operation of this ceremony led to it. */
  readonly proposal: number | null;
}

/** A person's statement: a presence, an attestation, a sign-off, the enrolment of their token; by token (a CMS file) or asserted on paper. */
export interface StatementEvent {
  readonly type: 'statement';
  readonly step: string;
  readonly seat: string;
  readonly kind: 'presence' | 'attestation' | 'sign-off' | 'enrolment';
  readonly evidence: 'token' | 'paper';
  /** For `token`: path of the statement; its signature lies beside it with `.p7s`. Null for paper. */
  readonly statement: string | null;
  readonly signature: Sha256 | null;
  readonly facts: JsonObject;
}

/** A file of the pack, or a copy on a medium (`medium` not null). */
export interface FileEvent {
  readonly type: 'file';
  readonly step: string;
  readonly path: string;
  readonly sha256: Sha256;
  readonly size: number;
  readonly medium: string | null;
}

/**
 * A recorded departure from the script, said at a prompt of the open step. `skip`: the step ends here, and its `end`
 * follows directly. `repeat`: the step is left, its `end` follows directly, and it is run again under the same key.
 * `resume`: the ceremony goes on after an interruption; said by itself in the first step that begins then. `exchange`:
 * approved at once, the second of `names` takes the place of the first in every step that begins after it; a step that
 * has done nothing yet is left, and begins again with them. `quirk`: the key that the HSM named first has just made is used,
 * though it does not report what is named after it. The `administer` quorum approves it over this event:
 * `approvals/<seq>.json`, with `approval` events whose `proposal` is this seq. Nothing is proposed and no HSM is used
 * while a deviation is not approved.
 */
export interface DeviationEvent {
  readonly type: 'deviation';
  readonly step: string;
  readonly what: string;
  readonly why: string;
  readonly effect: 'none' | 'skip' | 'repeat' | 'resume' | 'exchange' | 'quirk';
  /** Of an exchange the seat that leaves and the seat that comes; of quirks the HSM and what it does not report; else empty. */
  readonly names: readonly string[];
  /** Seats that agreed to it, sorted, at least one. */
  readonly agreed: readonly string[];
}

/**
 * The ceremony pauses, or goes on. Only inside a step, with no proposal open. Between begin and end stand refusals
 * alone.
 */
export interface PauseEvent {
  readonly type: 'pause';
  readonly step: string;
  readonly phase: 'begin' | 'end';
  readonly why: string;
  /** Seats that stay with the equipment, at least two. */
  readonly stays: readonly string[];
  /** Head of the chain before the begin; the end names the same one. Its words are written on paper. */
  readonly head: Sha256;
  /** For `end`: the two different seats that typed the last row of the head's words back. Empty for `begin`. */
  readonly typedBy: readonly string[];
}

/**
 * Another value for what was typed before. Both stay; the last one counts. Several may follow on one answer: each names
 * the answer, never another correction. `step` is the open one; that of the answer may have ended already.
 */
export interface CorrectionEvent {
  readonly type: 'correction';
  readonly step: string;
  /** Seq of an earlier `answer` with values. */
  readonly answer: number;
  readonly seat: string;
  readonly checkedBy: readonly string[];
  /** Members of the answer's values, as they are now: at least one. The others stay as they were. */
  readonly values: JsonObject;
  readonly why: string;
}

/** What the person in charge decided after something was refused, declined or failed. */
export interface DecisionEvent {
  readonly type: 'decision';
  readonly step: string;
  readonly seat: string;
  /** Seq of a `refusal`, a `declined`, or a `result` that failed. */
  readonly about: number;
  readonly choice: 'again' | 'other' | 'propose-again' | 'reconcile' | 'accept-quirk' | 'one-copy' | 'abort';
}

/**
 * After a crash the ceremony goes on: the open step is closed, its act stays open, the proposals in `voided` are void,
 * and the step is begun again.
 */
export interface ResumeEvent {
  readonly type: 'resume';
  /** Key of the step that was open, or empty. */
  readonly step: string;
  /** Head of the chain before this event. */
  readonly head: Sha256;
  /** What was found besides the committed record: pieces of lines and files, kept aside. */
  readonly recovered: readonly { readonly path: string; readonly sha256: Sha256; readonly size: number }[];
  /** Seq of the proposal of an intent without a result, or null. */
  readonly open: number | null;
  /** Seqs of the proposals that are void from here on. */
  readonly voided: readonly number[];
  /**
   * Seats that typed back the head which they had written on paper last, two of them; empty when none had been, and
   * fewer where the ceremony is only ended.
   */
  readonly typedBy: readonly string[];
  /** How often something else was typed. */
  readonly mistyped: number;
  /** Digest of the program that goes on. */
  readonly program: Sha256;
}

/** What the HSM shows of an operation that was begun and is not known to be done: interrupted, or failed on the way. */
export interface ReconciliationEvent {
  readonly type: 'reconciliation';
  readonly step: string;
  readonly proposal: number;
  readonly outcome: 'not-done' | 'done' | 'orphan' | 'unknown';
  readonly facts: JsonObject;
}

export interface AbortEvent {
  readonly type: 'abort';
  readonly step: string;
  readonly code: string;
  readonly message: string;
}

export interface CloseEvent {
  readonly type: 'close';
  readonly step: string;
  readonly outcome: 'complete' | 'aborted';
}

export type EventType = EventData['type'];

/** An event as it stands in events.jsonl. `salt`: 16 random bytes, hex, so that a withheld line cannot be guessed. */
export type Event = EventData & { readonly seq: number; readonly at: string; readonly salt: string };

export type Level = 'public' | 'restricted';

/**
 * Disclosure level by kind. What is `public` here is never withheld: without it the quorum could not be recounted.
 * `answer` and
 * `correction` may hold personal data (what people said and typed) and may be withheld line by line. An `observation`
 * is public: whether the machine was fit and the HSM locked must not be withheld from who judges the ceremony.
 */
export const LEVEL_OF: Readonly<Record<EventType, Level>> = {
  opening: 'public',
  act: 'public',
  step: 'public',
  answer: 'restricted',
  observation: 'public',
  proposed: 'public',
  approval: 'public',
  declined: 'public',
  refusal: 'public',
  intent: 'public',
  result: 'public',
  'key-state': 'public',
  statement: 'public',
  file: 'public',
  deviation: 'public',
  pause: 'public',
  correction: 'restricted',
  decision: 'public',
  resume: 'public',
  reconciliation: 'public',
  abort: 'public',
  close: 'public',
};

export function isEventType(value: Json | undefined): value is EventType {
  return typeof value === 'string' && Object.hasOwn(LEVEL_OF, value);
}
