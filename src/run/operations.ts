import { type JsonObject, parseCanonicalObject } from '../base/canonical-json.ts';
import { addDuration, formatUtc, parseUtc } from '../base/dates.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { approvalPayloadPath, approvalSignaturePath, approvalStatementPath } from '../pack/layout.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { Executed, Operations, ProposalMaterial, Running } from '../plan/step-type.ts';
import type { Clock, Guard, Medium } from '../ports.ts';
import { CLASS_OF, describeOperation, type OperationName } from '../quorum/operation.ts';
import { type Roster, ruleFor, shareThresholds } from '../quorum/roster.ts';
import { envelopeName } from '../quorum/share-envelope.ts';
import type { Event, EventData } from '../transcript/event.ts';

/** A proposal stands this long; people approve what they have just seen. */
const STANDS = 'PT60M';

interface Open {
  readonly step: PlannedStep;
  readonly seq: number;
  readonly id: Sha256;
  readonly statement: Uint8Array;
  readonly payload: Uint8Array | null;
  readonly approvals: { readonly seat: string; readonly signature: Uint8Array }[];
}

export interface OperationsInput {
  readonly guard: Guard;
  readonly clock: Clock;
  readonly roster: Roster;
  readonly present: readonly string[];
  /** Puts a file into the pack without a `file` event: approvals have events of their own. */
  readonly write: (path: string, bytes: Uint8Array) => Promise<void>;
  readonly events: () => readonly Event[];
  readonly media: (name: string) => readonly Medium[];
  /** Name of the medium that holds the envelopes of an HSM's share sets. */
  readonly envelopesOf: (hsm: string) => string | undefined;
  /** Has the step's type make its proposal; dates are bound to `at`. */
  readonly material: (step: PlannedStep, at: string) => Promise<ProposalMaterial>;
}

/** The way from proposal to result, for every operation alike: proposed, approved, intended, done. */
export class OperationDesk implements Operations {
  readonly #input: OperationsInput;
  readonly #open = new Map<string, Open>();

  constructor(input: OperationsInput) {
    this.#input = input;
  }

  approvers(steps: readonly PlannedStep[]): readonly string[] {
    const { roster, present } = this.#input;
    const rules = steps.map((step) => ruleFor(roster, CLASS_OF[step.operation as OperationName]));
    // Where a class needs fewer than the shares' threshold, threshold-many people must come all the same.
    const need = Math.max(shareThresholds(roster).userThreshold, ...rules.map((rule) => rule.need));
    const able = present.filter((seat) =>
      roster.members.some(
        (member) => member.seat === seat && member.role === rules[0]?.role && member.evidence === 'token',
      ),
    );
    return able.slice(0, need);
  }

  async *propose(steps: readonly PlannedStep[]): Running {
    for (const step of steps) {
      const at = this.#input.clock.now();
      yield* this.put(step, await this.#input.material(step, at), at);
    }
  }

  async *put(step: PlannedStep, { operation, payload, lint }: ProposalMaterial, at = this.#input.clock.now()): Running {
    const { guard, write } = this.#input;
    const descriptor = describeOperation(operation);
    const expires = formatUtc(addDuration(parseUtc(at), STANDS));
    const seq = this.#input.events().length + 1;
    const path = payload ? approvalPayloadPath(seq) : null;
    if (path !== null && payload) await write(path, payload);
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
    const statement = await guard.propose({ descriptor: descriptor.bytes, payload, proposal: committed.head, expires });
    await write(approvalStatementPath(seq), statement);
    this.#open.set(step.key, { step, seq, id: committed.head, statement, payload, approvals: [] });
  }

  async *collect(steps: readonly PlannedStep[], seats: readonly string[]): Running {
    const open = steps.map((step) => this.#require(step));
    for (const seat of seats) yield* this.#present(open, seat);
  }

  async *execute(step: PlannedStep): Running<Executed> {
    const open = this.#require(step);
    this.#open.delete(step.key);
    const approvers = open.approvals.map((approval) => approval.seat).sort();
    yield { type: 'intent', proposal: open.seq, approvers };
    let done: { facts: JsonObject; bytes: Uint8Array };
    try {
      done = await this.#input.guard.execute(open.id, open.approvals);
    } catch (error) {
      if (error instanceof CeremonyError) {
        const facts = { code: error.code, message: error.message, ...((error.details ?? {}) as JsonObject) };
        yield { type: 'result', proposal: open.seq, outcome: 'failed', facts };
      }
      throw error;
    }
    yield { type: 'result', proposal: open.seq, outcome: 'done', facts: done.facts };
    return { ...done, payload: open.payload ?? new Uint8Array(0) };
  }

  /** Voids what is still open, before the teardown of an aborted ceremony. */
  async withdrawAll(): Promise<void> {
    for (const open of this.#open.values()) await this.#input.guard.withdraw(open.id);
    this.#open.clear();
  }

  async *#present(open: readonly Open[], seat: string): Running {
    const { guard, roster, write } = this.#input;
    const approved = await guard.approve(
      seat,
      open.map((one) => one.id),
      await this.#envelopes(open, seat),
    );
    const declined: EventData[] = [];
    for (const [index, one] of open.entries()) {
      const decision = approved.decisions[index];
      if (!decision)
        throw new CeremonyError('GUARD_DIED', `the guard gave no decision of "${seat}" on step "${one.step.key}"`);
      if ('declined' in decision) {
        this.#open.delete(one.step.key);
        declined.push({ type: 'declined', proposal: one.seq, seat, reason: decision.declined });
        continue;
      }
      await write(approvalSignaturePath(one.seq, seat), decision.signature);
      one.approvals.push({ seat, signature: decision.signature });
      yield {
        type: 'approval',
        proposal: one.seq,
        seat,
        signature: sha256(decision.signature),
        token: approved.token,
        origin: approved.origin,
      };
    }
    for (const event of declined) yield event;
    if (declined.length > 0) {
      const need = ruleFor(roster, CLASS_OF[open[0]?.step.operation as OperationName]).need;
      throw new CeremonyError(
        'OFFICER_DECLINED',
        `"${seat}" declined ${declined.length} of ${open.length} operations; each needs ${need} people`,
      );
    }
  }

  /** This person's envelopes for the HSMs of these operations, read from the first copy of their medium. */
  async #envelopes(open: readonly Open[], seat: string): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    for (const { step } of open) {
      const preparing = step.operation === 'prepare-token';
      for (const { hsm, sets } of this.#sets()) {
        if (hsm !== step.params['token'] && hsm !== this.#hsmOf(step)) continue;
        const [medium] = this.#input.media(this.#input.envelopesOf(hsm) ?? '');
        for (const set of sets) {
          if (!medium || (set.kind === 'so' && !preparing)) continue;
          const name = envelopeName(set.id, seat);
          if (set.shares.some((share) => share.seat === seat)) found.set(name, await medium.files.read(name));
        }
      }
    }
    return found;
  }

  #hsmOf(step: PlannedStep): string | undefined {
    const proposed = this.#input.events().findLast((event) => event.type === 'proposed' && event.step === step.key);
    return proposed?.type === 'proposed' ? String((proposed.descriptor['hsm'] as JsonObject)['name']) : undefined;
  }

  #sets(): { hsm: string; sets: readonly { id: string; kind: string; shares: readonly { seat: string }[] }[] }[] {
    return this.#input
      .events()
      .flatMap((event) =>
        event.type === 'proposed' && event.operation === 'prepare-token'
          ? [{ hsm: String((event.descriptor['hsm'] as JsonObject)['name']), sets: event.descriptor['sets'] as never }]
          : [],
      );
  }

  #require(step: PlannedStep): Open {
    const open = this.#open.get(step.key);
    if (!open) throw new CeremonyError('PROPOSAL_UNKNOWN', `step "${step.key}" has no open proposal`);
    return open;
  }
}
