import type { z } from 'zod';
import type { JsonObject } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import type { Finding } from '../base/finding.ts';
import type { Octets } from '../base/octets.ts';
import type { LintProblem } from '../pki/lint.ts';
import type { WeakKeys } from '../pki/weak-keys.ts';
import type { Clock, Issue, KeyFiles, Machine, Medium, Random, StepGuard, Terminal } from '../ports.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Operation, OperationName } from '../quorum/operation.ts';
import type { Roster } from '../quorum/roster.ts';
import type { Script } from '../script/script.ts';
import type { Event, EventData, FileEvent } from '../transcript/event.ts';
import type { PaperPart } from './paper-part.ts';
import type { Plan, PlanHead, PlannedAct, PlannedStep, PlannedToken } from './plan.ts';
import type { PlanProblemCode } from './problem-codes.ts';
import type { World } from './world.ts';

/** What the runner hands back from a `yield`: the event as committed, durable on disk. */
export interface Committed {
  readonly event: Event;
  readonly head: Sha256;
}

/** A step's run: every event it yields is durable before the next line of code runs. */
export type Running<T = void> = AsyncGenerator<EventData | readonly FileEvent[], T, Committed>;

/** Reports a problem of the step; `path` lies in the step: `['with', 'not-after']`, `['out']`; empty for the step itself. */
export type Report = (
  code: PlanProblemCode,
  path: readonly (string | number)[],
  message: string,
  hint?: string,
) => void;

/** What `simulate` may know besides its parameters and the world. */
export interface SimulateContext {
  readonly step: PlannedStep;
  readonly act: PlannedAct;
  readonly plan: PlanHead;
  readonly report: Report;
  /** Earliest and latest time at which a proposal may be made, UTC: dates are bound and linted at both. */
  readonly window: readonly [string, string];
  /** Acts on paper, before the program and after it; the step itself may be of one. */
  readonly paper: readonly PlannedAct[];
  /** Every step of the script, on paper too. */
  readonly steps: readonly PlannedStep[];
  /** Other steps of the script by id, for `approve`, `compare` and the like. */
  readonly find: (id: string) => PlannedStep | undefined;
  /** Whether that step puts its operation up by itself, and is listed by no `approve` step. */
  readonly proposesItself: (step: PlannedStep) => boolean;
  /** What must exist before that step can be proposed. */
  readonly proposalNeeds: (step: PlannedStep) => readonly ProposalNeed[];
}

/** What a step type needs of the world outside; `run` reaches nothing it did not name. */
export interface Needs {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly random: Random;
  readonly guard: StepGuard;
  readonly issue: Issue;
  readonly machine: Machine;
  readonly media: (name: string) => readonly Medium[];
  /** A sheet of another tool's steps as the site names it: the bytes that its digest is of. @throws CeremonyError FILE_MISSING */
  readonly sheets: (name: string) => Uint8Array;
  /** The list of weak keys that the site names; undefined where it names none. */
  readonly weakKeys: WeakKeys | undefined;
  /** By the folder that the plan names. */
  readonly keyFiles: (folder: string) => KeyFiles;
  readonly pack: PackAccess;
  readonly operations: Operations;
  readonly pauses: Pauses;
  readonly attempts: Attempts;
}

/** What may be refused through no fault of the record, so that people may bring something else and have it tried again. */
export interface Attempts {
  /**
   * Each refusal is recorded, and people decide whether it is tried again.
   * @throws what the attempt threw, when they decide to abort
   */
  attended<T extends object>(attempt: () => Promise<T>): Promise<T>;
}

/** People leave the room, and come back. */
export interface Pauses {
  /** Locks the HSMs; resolves when two have typed the head back from paper. Its events are recorded then. */
  pause(why: string, stays: readonly string[]): Promise<void>;
}

/** Files of the evidence pack, as far as a step may touch them. */
export interface PackAccess {
  /** Writes files and yields their `file` events, in this order: they are made durable, and committed, in groups. */
  add(step: PlannedStep, files: Iterable<readonly [path: string, bytes: Octets]>): Running<void>;
  read(path: string): Promise<Uint8Array>;
  /** The same, where they are: read when somebody looks at them. */
  open(path: string): Promise<Octets>;
  list(): Promise<readonly string[]>;
}

/** The quorum's way from proposal to result, the same for every step type. */
export interface Operations {
  /** Makes the proposals of these steps, each by its own step type's `propose`, and yields their `proposed` events. */
  propose(steps: readonly PlannedStep[]): Running<void>;
  /** Puts up one proposal whose material is at hand already; made anew each time that the operation is proposed again. */
  put(step: PlannedStep, material: () => ProposalMaterial): Running<void>;
  /** Has each of these people present their token, once for all open proposals of these steps. */
  collect(steps: readonly PlannedStep[], seats: readonly string[]): Running<void>;
  /**
   * The same with as many people as the strictest of these operations needs, of those who hold a share of what is opened;
   * people say who. Where a share set is about to replace another, that is one more than open it.
   * @throws CeremonyError QUORUM_NOT_MET when too few of those who are here hold one
   */
  collectQuorum(steps: readonly PlannedStep[]): Running<void>;
  /** Whether the HSM has done this step's operation already, before an interruption. */
  isDone(step: PlannedStep): boolean;
  /** Whether a proposal of the step stands. */
  isOpen(step: PlannedStep): boolean;
  /**
   * Yields intent and result of the step's approved proposal; returns the guard's facts, its bytes, and the payload.
   * @param keep puts the bytes where they belong, before the record says that the operation was done
   */
  execute(step: PlannedStep, keep?: (bytes: Uint8Array) => Running): Running<Executed>;
}

export interface Executed {
  readonly facts: JsonObject;
  readonly bytes: Uint8Array;
  /** Of a list all, in the order of its items; of another operation that signs a document the one. */
  readonly signatures: readonly Uint8Array[];
  readonly payload: Octets;
}

/** The ceremony as a step sees it: read-only. */
export interface Ceremony {
  readonly id: Sha256;
  /** The one in force when the open step began: its people are that step's. */
  readonly plan: Plan;
  /** The one in force. */
  readonly roster: () => Roster;
  readonly authorization: Authorization;
  readonly head: () => Sha256;
  /** Head after event `seq`. */
  readonly headAt: (seq: number) => Sha256;
  readonly events: () => readonly Event[];
  readonly outcome: () => 'complete' | 'aborted';
}

export type RunContext<N extends keyof Needs> = Pick<Needs, N> & { readonly ceremony: Ceremony };

/** A name without which a proposal cannot be written down. */
export interface ProposalNeed {
  /** `issued` for a certificate that is there, and not only proposed; `crl-proposed` for a CRL that may be proposed only. */
  readonly kind: 'key' | 'certificate' | 'issued' | 'crl' | 'crl-proposed' | 'request' | 'existing';
  readonly name: string;
}

/** A proposal as its step type makes it: the operation, its payload, and the lint of that payload. */
export interface ProposalMaterial {
  readonly operation: Operation;
  readonly payload: Octets | null;
  /** Of a CRL: the complete one that it follows, and the delta CRL after that. */
  readonly previous?: Octets;
  /** Of a key that is to be unwrapped: the wrapped key, from a medium. It gets into no file of the pack. */
  readonly wrapped?: Uint8Array;
  readonly delta?: Octets;
  /**
   * SEQUENCE OF Certificate: of a CRL of a partition what the ledger has of those that it lists anew, of an OCSP response by such CRLs
   * those that it answers for.
   */
  readonly certificates?: Uint8Array;
  readonly lint: readonly LintProblem[];
}

/** A proposal that is put up, before anybody's token has signed it. */
export interface PutUp {
  /** Of its `proposed` event. */
  readonly seq: number;
  /** Whose operation it is. */
  readonly step: PlannedStep;
  /** Canonical bytes of the operation; their SHA-256 is what is approved. */
  readonly descriptor: Uint8Array;
  readonly payload: Octets | null;
}

/** A proposal that people turned down, since what they had elsewhere was another one. */
export interface TurnedDown {
  readonly seq: number;
  readonly seat: string;
  readonly reason: string;
}

/** What `verify` of a step judges: its own events, and the pack's contents. */
export interface StepEvidence {
  /** SHA-256 of event line 1. */
  readonly ceremony: Sha256;
  /** Head of the transcript after event `seq`, as the chain lines have it; empty when there is none. */
  readonly headAt: (seq: number) => string;
  /** The one in force when the step began, the last time: its people are that step's. */
  readonly plan: Plan;
  /** The one in force when the event of that seq was recorded. */
  readonly planAt: (seq: number) => Plan;
  /** The one in force when the step began, the last time; and at the end of the record. */
  readonly roster: Roster;
  readonly rosterAtEnd: Roster;
  readonly authorization: Authorization;
  readonly events: readonly Event[];
  /** Every file of the pack. */
  readonly paths: readonly string[];
  /** Bytes of one, or undefined. */
  readonly file: (path: string) => Uint8Array | undefined;
  /** The same, where they are. */
  readonly octets: (path: string) => Octets | undefined;
}

/** One kind of step: everything about it in one file. */
export interface StepType<P extends JsonObject = JsonObject, N extends keyof Needs = keyof Needs> {
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  readonly irreversible: boolean;
  /**
   * The HSM operation that a step with these parameters asks for, given how the site binds the tokens, or null; it fixes
   * the quorum class. `token`: the HSM of this repetition, or null.
   */
  readonly operation?: (params: P, tokens: readonly PlannedToken[], token: string | null) => OperationName | null;
  /**
   * For a step about several HSMs: what it is repeated for, in this order, 7.1, 7.2 …: one of them, or null for what is
   * done once. Each repetition has an operation of its own, or none.
   */
  readonly rounds?: (params: P) => readonly (string | null)[];
  /** Whether the step proposes and collects its approvals itself, or must be listed by an `approve` step. */
  readonly proposesItself?: boolean;
  /** What a step names in `makes`; a file that it names in `out`; values that it asks for in `fields`. Others have none. */
  readonly makes?: 'key' | 'certificate' | 'crl';
  readonly writesOut?: true;
  readonly recordsFields?: true;
  /** Whether it can show what a script names in `show`. */
  readonly shows?: true;
  /** Values of its answers that may be corrected, where the script names none itself. */
  readonly fields?:
    | Readonly<Record<string, JsonObject>>
    | ((params: P, script: Script) => Readonly<Record<string, JsonObject>>);
  /** Whether it can be done on paper, before the program runs or after it ends. */
  readonly onPaper?: true;
  /** What must exist before the step can be proposed; a certificate may also be proposed just before, in one batch. */
  readonly proposalNeeds?: (params: P) => readonly ProposalNeed[];
  readonly needs: readonly N[];
  /** `with:` → parameters. */
  readonly schema: z.ZodType<P>;
  /** Applies the site's marking (a rehearsal's prefixes) to names and labels, before anything is linted. Pure. */
  readonly mark?: (params: P, marking: Plan['marking']) => P;
  /** Pure: reports problems, returns the world after the step. */
  readonly simulate: (params: P, world: World, context: SimulateContext) => World;
  /** What people read, on screen and on paper: lines, without the script's own `say`. Pure. */
  readonly describe: (params: P, step: PlannedStep, plan: Plan) => readonly string[];
  /** What its row of the printed script holds besides these lines; without it, its fields to write in, if it has any. Pure. */
  readonly paper?: (params: P, step: PlannedStep, plan: Plan) => readonly PaperPart[];
  /**
   * What stands on the sheet of its operation, besides the digest of its description: printed what is fixed by now, and
   * places for what exists only once it is proposed. Pure.
   */
  readonly sheet?: (params: P, step: PlannedStep, plan: Plan) => readonly PaperPart[];
  /** @param at the time to which dates are bound, UTC; the `proposed` event carries the same, so that a verifier binds them alike */
  readonly propose?: (params: P, step: PlannedStep, context: RunContext<N>, at: string) => Promise<ProposalMaterial>;
  readonly run: (params: P, step: PlannedStep, context: RunContext<N>) => Running;
  /**
   * What people do with proposals that this step has approved, before anybody's token signs them: here, and each time that
   * one is put up anew, which may be in its own step. Returns those that they turn down.
   * @param during key of the step that is open, to which the events belong
   */
  readonly examine?: (
    params: P,
    step: PlannedStep,
    proposals: readonly PutUp[],
    context: RunContext<'terminal' | 'media'>,
    during: string,
  ) => Running<readonly TurnedDown[]>;
  /** Pure: judges the recorded bytes of this step alone. Check ids begin with `STEP-`. */
  readonly verify: (params: P, step: PlannedStep, own: readonly Event[], evidence: StepEvidence) => readonly Finding[];
}

/** Whether people are warned before it: a look at an HSM undoes nothing, whatever its step is for. */
export function cannotBeUndone(type: Pick<StepType, 'irreversible'>, step: Pick<PlannedStep, 'operation'>): boolean {
  return type.irreversible && step.operation !== 'inventory';
}

/** Keeps the parameter type of `schema` and the declared needs of `run` bound to each other. */
export function defineStep<P extends JsonObject, N extends keyof Needs>(type: StepType<P, N>): StepType<P, N> {
  return type;
}
