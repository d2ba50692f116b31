import type { JsonObject } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type Octets, wholeOf } from '../base/octets.ts';
import { requireQuorum } from '../quorum/count.ts';
import type { Operation } from '../quorum/operation.ts';
import type { TokenProcess } from '../token/client.ts';
import type { ObjectFacts } from '../token/replies.ts';
import { openActivation } from './activating.ts';
import { isByCertificate } from './adopted-key.ts';
import type { Custody } from './custody.ts';
import type { Done } from './done.ts';
import type { HsmSession } from './hsm.ts';
import type { InForce } from './in-force.ts';
import type { Judging } from './judging.ts';
import { wrapKey } from './key-backup.ts';
import { destroyKey } from './key-destruction.ts';
import { generateKey } from './key-generation.ts';
import { unwrapKey } from './key-restoration.ts';
import { decided } from './key-state.ts';
import { keyPairsIn, proveKey, signPayload, takeInventory } from './key-use.ts';
import { signList } from './list-signing.ts';
import { declared } from './losses.ts';
import type { Memory } from './memory.ts';
import type { OpenProposal } from './proposals.ts';
import type { GuardSetup } from './setup.ts';
import { prepareToken, rotateActivation } from './token-pins.ts';
import { untouched } from './token-trouble.ts';
import { zeroized, zeroizeToken } from './token-zeroization.ts';
import { type Announce, announceTries } from './tries.ts';
import type { Waiting } from './waiting.ts';

type Secrets = Awaited<ReturnType<Custody['secretsFor']>>;

/** What one person signed of a proposal. */
export interface Approval {
  readonly seat: string;
  readonly signature: Uint8Array;
}

export interface ExecutingSetup {
  readonly setup: Pick<GuardSetup, 'terminal' | 'now'>;
  readonly inForce: InForce;
  readonly memory: Memory;
  readonly judging: Judging;
  readonly waiting: Waiting;
}

/** Carries out what a quorum has approved before this guard: once. */
export class Executing {
  readonly #parts: ExecutingSetup;

  constructor(parts: ExecutingSetup) {
    this.#parts = parts;
  }

  /**
   * Counts the quorum, opens the activation if it is not open, does the operation once.
   * @throws CeremonyError whose details say `reached`: whether anything may have been done on the HSM
   */
  async execute(id: Sha256, approvals: readonly Approval[]): Promise<Done> {
    const { waiting } = this.#parts;
    waiting.takeDecided();
    try {
      const { facts, bytes } = await this.#execute(id, approvals);
      const waited = waiting.takeDecided();
      return { facts: waited.length === 0 ? facts : { ...facts, waited }, bytes };
    } catch (error) {
      throw untouched(withDetails(error, waiting.takeDecided()));
    }
  }

  async #execute(id: Sha256, approvals: readonly Approval[]): Promise<Done> {
    const { setup, inForce, memory, judging } = this.#parts;
    inForce.mayOperate();
    memory.deviations.requireAllApproved();
    inForce.insideWindow();
    const proposal = memory.proposals.requireOpen(id, setup.now());
    const { operation } = proposal.descriptor;
    const seats = requireQuorum(inForce.roster, operation.op, proposal.statement, approvals);
    requirePresence(proposal, seats);
    judging.judge(proposal, 'carried-out');
    memory.pages.require(operation);
    const hsm = memory.hsms.get(operation.hsm.name);
    hsm.requireHold(operation.hold);
    const secrets = await memory.custody.secretsFor(hsm, operation, seats);
    // From here on the proposal is spent, whatever the HSM answers.
    proposal.state = 'consumed';
    try {
      const done = await this.#carryOut(hsm, proposal, secrets);
      memory.executed.add(operation, 'done');
      this.#remember(proposal, hsm, done);
      return operation.op === 'unwrap-key' ? this.#withPaper(done, operation.set.id, seats) : done;
    } catch (error) {
      memory.executed.add(operation, isUntouched(untouched(error)) ? 'untouched' : 'unknown');
      if (!isUntouched(error)) this.#rememberBegun(proposal, hsm);
      // What was opened for a try that failed serves no other: its custodians present their tokens again.
      memory.custody.forget(operation.hsm.name);
      throw error;
    } finally {
      for (const secret of secrets.values()) secret.fill(0);
      memory.forgetIdle(setup.now());
    }
  }

  /** The operation was done. */
  #remember({ descriptor: { operation }, payload }: OpenProposal, hsm: HsmSession, { facts }: Done): void {
    const { custody, destructions, losses, restorations, sightings, states } = this.#parts.memory;
    const { name } = operation.hsm;
    switch (operation.op) {
      case 'rotate-activation':
        custody.supersede(name);
        break;
      case 'destroy-key':
        destructions.complete(operation, hsm);
        sightings.gone(name, operation.key);
        break;
      case 'sign':
        if (operation.kind === 'certificate') states.certified(payload as Uint8Array);
        break;
      case 'prove-key':
        if (isByCertificate(operation)) states.activate(operation.key);
        sightings.seen(name, operation.key);
        break;
      case 'inventory':
        for (const key of keyPairsIn(facts['objects'] as unknown as readonly ObjectFacts[])) sightings.seen(name, key);
        break;
      case 'unwrap-key':
        sightings.seen(name, operation.key);
        restorations.end(name, operation.key);
        destructions.restored(name, operation.key);
        break;
      case 'zeroize-token':
        zeroized(operation, hsm, destructions, custody);
        sightings.allGone(name);
        break;
      case 'set-key-state':
        states.decide(operation);
        break;
      case 'record-loss':
        losses.declare(operation);
        break;
    }
  }

  /** The operation failed, and may have been done, or done in part. */
  #rememberBegun({ descriptor: { operation, digest } }: OpenProposal, hsm: HsmSession): void {
    const { custody, destructions, restorations } = this.#parts.memory;
    const { name } = operation.hsm;
    switch (operation.op) {
      case 'rotate-activation':
        custody.begin(name, digest);
        break;
      case 'destroy-key':
        destructions.begin(operation, digest);
        break;
      case 'unwrap-key':
        restorations.begin(name, operation.key);
        break;
      case 'zeroize-token':
        destructions.beginAll(hsm, digest);
        break;
    }
  }

  /** The record says which shares were typed: those pages have been out of their bags. */
  #withPaper(done: Done, set: string, seats: readonly string[]): Done {
    const paperShares = this.#parts.memory.custody.fromPaper(set, seats);
    return paperShares.length === 0 ? done : { ...done, facts: { ...done.facts, paperShares } };
  }

  async #carryOut(hsm: HsmSession, proposal: OpenProposal, secrets: Secrets): Promise<Done> {
    const { setup, inForce, memory } = this.#parts;
    const { operation } = proposal.descriptor;
    const { terminal } = setup;
    const requireStanding = () => this.#requireStanding(proposal);
    const announce: Announce = async (facts, user) => {
      await announceTries(terminal, hsm.authorized, facts, user);
      // People may have taken their time over that page.
      requireStanding();
    };
    switch (operation.op) {
      case 'prepare-token':
        return await prepareToken(hsm, operation, secrets, announce);
      case 'rotate-activation':
        return await rotateActivation(hsm, operation, secrets, announce);
      case 'wrap-key':
        return await wrapKey(hsm, operation, secrets, inForce.begun(), announce);
      case 'zeroize-token':
        return await zeroizeToken(hsm, operation, secrets, announce);
      case 'set-key-state':
        return decided(operation, hsm);
      case 'record-loss':
        return await declared(operation, hsm);
    }
    if (!hsm.active) {
      const sharedPin = (longest: number) => memory.custody.pin(hsm, secrets, longest);
      await openActivation(hsm, operation, { terminal, announce, requireStanding, sharedPin });
    }
    return await hsm.underActivation(operation.hold, operation, (client) =>
      this.#underActivation(hsm, client, proposal, operation, secrets),
    );
  }

  async #underActivation(
    hsm: HsmSession,
    client: TokenProcess,
    proposal: OpenProposal,
    operation: Exclude<
      Operation,
      { op: 'prepare-token' | 'rotate-activation' | 'wrap-key' | 'zeroize-token' | 'set-key-state' | 'record-loss' }
    >,
    secrets: Secrets,
  ): Promise<Done> {
    const { inForce, memory, judging } = this.#parts;
    const { payload } = proposal;
    const ceremony = inForce.begun();
    switch (operation.op) {
      case 'generate-key': {
        const quirks = memory.deviations.acceptedQuirks(hsm.authorized.name, operation.step);
        return await generateKey(hsm, client, operation, ceremony, quirks);
      }
      case 'sign':
        return await this.#sign(hsm, client, operation, payload as Octets);
      case 'sign-list':
        return await signList(hsm, client, operation, wholeOf(payload as Octets));
      case 'prove-key':
        // Whatever comes of it: what is known of this key is its certificate alone.
        if (isByCertificate(operation)) memory.shown.add(operation.key);
        return await proveKey(hsm, client, operation, ceremony, judging.keyToProve(operation, payload));
      case 'unwrap-key': {
        const key = judging.keyToRestore(hsm, operation, proposal);
        const blob = proposal.wrapped as Uint8Array;
        return await unwrapKey(hsm, client, operation, secrets, { ceremony, key, blob });
      }
      case 'inventory':
        return await takeInventory(hsm, client);
      case 'destroy-key':
        return await destroyKey(hsm, client, operation, ceremony, judging.keyToDestroy(operation, hsm));
    }
  }

  async #sign(
    hsm: HsmSession,
    client: TokenProcess,
    operation: Extract<Operation, { op: 'sign' }>,
    payload: Octets,
  ): Promise<Done> {
    const { crls, known } = this.#parts.memory;
    if (operation.kind === 'crl') crls.holdFirst(operation.key, payload);
    const done = await signPayload(hsm, client, operation, payload);
    if (operation.kind === 'crl') crls.remember(known.spkiOf(operation.key), payload);
    return done;
  }

  /** @throws CeremonyError AUTHORIZATION_WINDOW, PROPOSAL_EXPIRED */
  #requireStanding({ expires }: OpenProposal): void {
    this.#parts.inForce.insideWindow();
    const now = this.#parts.setup.now();
    if (now > expires)
      throw new CeremonyError('PROPOSAL_EXPIRED', `the proposal expired at ${expires}; it is ${now}`, {
        hint: 'propose the operation again',
      });
  }
}

/** A signature is not enough: who counts has stood before this guard. @throws CeremonyError QUORUM_NOT_MET */
function requirePresence({ approvedBy }: OpenProposal, seats: readonly string[]): void {
  const unseen = seats.filter((seat) => !approvedBy.has(seat));
  if (unseen.length === 0) return;
  throw new CeremonyError(
    'QUORUM_NOT_MET',
    `${unseen.join(', ')} signed the statement, but did not present their token to this guard for it`,
    { hint: 'a person approves here, after reading the screen that the guard draws' },
  );
}

/** A refusal, with what people decided while they waited for it. */
function withDetails(error: unknown, waited: readonly JsonObject[]): unknown {
  if (!(error instanceof CeremonyError) || waited.length === 0) return error;
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return new CeremonyError(error.code, error.message, { ...hint, details: { ...error.details, waited }, cause: error });
}

/** Whether it is certain that nothing was done on the HSM. */
function isUntouched(error: unknown): boolean {
  return error instanceof CeremonyError && error.details?.['reached'] === 'no';
}
