import type { Json, JsonObject } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { Approving, type Decided } from './approving.ts';
import { Changing, type SignedChange } from './changing.ts';
import type { Done } from './done.ts';
import { type Enrolled, Enrolling, type EnrolRequest } from './enrolling.ts';
import { type Approval, Executing } from './executing.ts';
import { HsmSession } from './hsm.ts';
import { InForce } from './in-force.ts';
import { Judging } from './judging.ts';
import { Memory } from './memory.ts';
import { People, type Signed } from './people.ts';
import { type Past, Recalling } from './recalling.ts';
import { Sealing } from './sealing.ts';
import type { GuardSetup } from './setup.ts';
import { recallLedger } from './standing.ts';
import { Waiting } from './waiting.ts';

/**
 * The quorum gate. It decides alone: what the core says is a request, never a reason. It takes descriptors, payloads,
 * approvals and sealed envelopes; it never takes a digest to sign, a PIN, a share, or a verdict.
 */
export class GuardMachine {
  readonly #setup: GuardSetup;
  readonly #inForce: InForce;
  readonly #memory: Memory;
  readonly #judging: Judging;
  readonly #people: People;
  readonly #enrolling: Enrolling;
  readonly #changing: Changing;
  readonly #recalling: Recalling;
  readonly #approving: Approving;
  readonly #executing: Executing;
  /** Secrets that no person has whole. */
  readonly sealing: Sealing;

  constructor(setup: GuardSetup) {
    this.#setup = setup;
    const inForce = new InForce(setup);
    const memory = new Memory(setup, inForce);
    const waiting = new Waiting(setup.terminal);
    const people = new People({
      ...{ ...setup, roster: () => inForce.roster, waiting },
      isLost: (signingSpki) => memory.losses.isLost('quorum-token', signingSpki),
    });
    const judging = new Judging(setup, inForce, memory);
    const left = standing(setup, memory, waiting);
    [this.#inForce, this.#memory, this.#people, this.#judging] = [inForce, memory, people, judging];
    this.#enrolling = new Enrolling({ ...setup, search: people.search });
    this.#changing = new Changing({
      ...setup,
      search: people.search,
      enrolments: () => this.#enrolling.enrolments,
      former: new Set((setup.ledger?.former ?? []).map(({ seat }) => seat)),
      resumes: setup.resumes ?? false,
      isGoingOn: () => memory.deviations.isGoingOn,
      isBeingDecided: () => memory.deviations.isBeingDecided,
    });
    const recalling = new Recalling({
      resumes: setup.resumes ?? false,
      authorization: setup.authorization,
      inForce,
      memory,
      left,
    });
    const parts = { setup, inForce, memory, judging, people, waiting, recalling };
    this.#recalling = recalling;
    this.#approving = new Approving(parts);
    this.#executing = new Executing(parts);
    this.sealing = new Sealing(parts);
  }

  begin(ceremony: Sha256): void {
    this.#inForce.begin(ceremony);
  }

  /** @param left label of the token that an interrupted preparation may have left where a blank one was */
  async inspect(name: string, left: string | null): Promise<JsonObject> {
    const hsm = this.#memory.hsms.get(name);
    return await hsm.publicly(async (client) => {
      const facts = (left === null ? undefined : await hsm.leftBehind(client, left)) ?? (await hsm.facts(client));
      const selector = facts.initialized ? { serial: facts.serial } : hsm.selector;
      const objects = facts.initialized ? await client.inventory({ serial: facts.serial }) : [];
      const mechanisms = await client.mechanisms(selector);
      return {
        token: facts as unknown as Json,
        objects: objects as unknown as Json,
        mechanisms: mechanisms.map((mechanism) => mechanism.name).sort(),
      };
    });
  }

  /** @param count how often so many bytes are drawn; they come one behind the other */
  async random(name: string, length: number, count: number): Promise<Uint8Array> {
    const hsm = this.#memory.hsms.get(name);
    return await hsm.publicly(async (client) => {
      const all: Buffer[] = [];
      for (let index = 0; index < count; index++) {
        const bytes = await client.random(hsm.selector, length);
        this.#memory.drawn.add(bytes.toString('hex'));
        all.push(bytes);
      }
      return Buffer.concat(all);
    });
  }

  /** @returns the one statement that all approvers sign @throws CeremonyError why it is none that could be carried out */
  propose(request: {
    descriptor: Uint8Array;
    payload: Octets | null;
    previous?: Octets | null;
    wrapped?: Uint8Array | null;
    delta?: Octets | null;
    certificates?: Uint8Array | null;
    proposal: Sha256;
    expires: string;
  }): Uint8Array {
    const { deviations, proposals } = this.#memory;
    this.#inForce.mayOperate();
    deviations.requireAllApproved();
    const proposal = proposals.register(this.#inForce.begun(), request, this.#setup.now());
    try {
      this.#judging.judge(proposal, 'proposed');
    } catch (error) {
      proposals.withdraw(proposal.id);
      throw error;
    }
    return proposal.statement;
  }

  withdraw(id: Sha256): void {
    this.#memory.proposals.withdraw(id);
    this.#memory.forgetIdle(this.#setup.now());
  }

  /** As `Approving.approve`. */
  async approve(seat: string, ids: readonly Sha256[], envelopes: ReadonlyMap<string, Uint8Array>): Promise<Decided> {
    return await this.#approving.approve(seat, ids, envelopes);
  }

  /** As `Executing.execute`. */
  async execute(id: Sha256, approvals: readonly Approval[]): Promise<Done> {
    return await this.#executing.execute(id, approvals);
  }

  async deactivate(name: string): Promise<JsonObject> {
    const hsm = this.#memory.hsms.get(name);
    await hsm.deactivate();
    this.#memory.custody.forget(name);
    return await hsm.showLocked();
  }

  /**
   * After an interruption, in a new guard: what the quorum had approved for an HSM, in the order in which that was done.
   * Its share sets and the token that was prepared with them are taken from nowhere else than what those people signed.
   * @throws CeremonyError what `Recalling.recall` throws
   */
  async recall(past: Past): Promise<void> {
    this.#inForce.mayOperate();
    await this.#recalling.recall(past);
  }

  deviate(statement: Uint8Array, approvals: readonly Approval[]): void {
    this.#memory.deviations.add(this.#inForce.begun(), statement, approvals);
  }

  /** As `Approving.approveDeviation`. */
  async approveDeviation(seat: string, statement: Uint8Array): Promise<Decided> {
    return await this.#approving.approveDeviation(seat, statement);
  }

  /** Nobody uses an HSM while the room is left: every activation ends, and what was approved is void. */
  async lock(): Promise<void> {
    this.#memory.proposals.withdrawAll();
    await this.#memory.lockAll();
  }

  /** One presentation of one token that is enrolled: keys, a test envelope, and its word whose it is. */
  async enrol(request: EnrolRequest): Promise<Enrolled> {
    const inForce = this.#inForce;
    const ceremony = inForce.begun();
    if (inForce.isFounding) inForce.mayFound();
    else {
      inForce.mayChange();
      const renews = this.#changing.holdEnrolled(inForce.roster, request);
      return await this.#enrolling.enrol(ceremony, request, renews);
    }
    return await this.#enrolling.enrol(ceremony, request);
  }

  /**
   * After an interruption, one presentation of a token that another guard enrolled: without it nobody signs a roster on which
   * it stands. What was signed in front of that guard names it, and proves nothing here.
   */
  async recallEnrolment(statement: Uint8Array, signature: Uint8Array): Promise<Signed> {
    const inForce = this.#inForce;
    const ceremony = inForce.begun();
    inForce.mayChange();
    if (!this.#setup.resumes)
      throw new CeremonyError(
        'DESCRIPTOR_INVALID',
        'this guard was not started to resume a ceremony: whom it takes for enrolled it has enrolled itself',
      );
    const enrolment = this.#enrolling.readEnrolledBefore(ceremony, statement, signature);
    const { seat, role, token } = enrolment;
    this.#changing.holdEnrolled(inForce.roster, { seat, role, serial: token.serial, model: token.model });
    return await this.#enrolling.recall(enrolment, statement);
  }

  async signRoster(seat: string, roster: Uint8Array): Promise<Signed> {
    this.#inForce.begun();
    this.#inForce.mayFound();
    return await this.#enrolling.signRoster(seat, roster);
  }

  /** From here on the roster is this one: once, where there was none. */
  async enactRoster(bytes: Uint8Array, signatures: ReadonlyMap<string, Uint8Array>): Promise<void> {
    this.#inForce.begun();
    this.#inForce.mayFound();
    const roster = await this.#enrolling.enact(bytes, signatures);
    // While people were asked, another request may have been served.
    this.#inForce.mayFound();
    this.#inForce.enact(roster);
  }

  /** One member's token signs the roster that is to take the place of the one in force, and approves that. */
  async signNextRoster(seat: string, roster: Uint8Array): Promise<SignedChange> {
    const ceremony = this.#inForce.begun();
    this.#inForce.mayChange();
    this.#memory.deviations.requireAllApproved();
    this.#inForce.insideWindow();
    return await this.#changing.sign(ceremony, this.#inForce.roster, seat, roster);
  }

  /**
   * From here on the roster is this one; after an interruption too, before anybody is asked whether it goes on: those who
   * approved it have. What was proposed under the one before is void, what was sealed and not put to use is dropped, and no HSM
   * stays active.
   */
  async enactNextRoster(
    bytes: Uint8Array,
    signatures: ReadonlyMap<string, Uint8Array>,
    approvals: ReadonlyMap<string, Uint8Array>,
  ): Promise<void> {
    const inForce = this.#inForce;
    const ceremony = inForce.begun();
    inForce.mayChange();
    inForce.enact(this.#changing.enact(ceremony, inForce.roster, bytes, signatures, approvals));
    this.#memory.dropUnusedSets();
    await this.lock();
  }

  async rollCall(seat: string): Promise<Signed & { readonly statement: Uint8Array }> {
    return await this.#people.rollCall(this.#inForce.begun(), seat);
  }

  async attest(seat: string, statement: Uint8Array): Promise<Signed> {
    return await this.#people.attest(this.#inForce.begun(), seat, statement);
  }

  async signManifest(seat: string, manifest: Uint8Array): Promise<Signed> {
    const { executed, pages } = this.#memory;
    const book = [...pages.lines(), ...executed.lines(this.#setup.resumes ?? false, this.#recalling.told.length)];
    return await this.#people.signManifest(this.#inForce.begun(), seat, manifest, book);
  }

  /** The last word of the quorum: no HSM operation is done after it, whoever asks. */
  async signOff(): Promise<void> {
    this.#inForce.signOff();
    await this.lock();
  }

  /** Ends every process and forgets every share. */
  async end(): Promise<void> {
    await this.#memory.lockAll();
    await this.#people.end();
  }
}

/** The HSMs of the authorization, each with what the ledger knows of it. @returns those that earlier ceremonies left ready */
function standing(
  { authorization, startToken, ledger }: GuardSetup,
  { hsms, custody }: Memory,
  waiting: Waiting,
): ReadonlySet<string> {
  const left = new Set<string>();
  for (const hsm of authorization.hsms) {
    const attend = waiting.attendant(`The HSM "${hsm.name}"`);
    const { activation } = hsm;
    const seconds = activation.means === 'device-quorum' ? activation.seconds : undefined;
    const start = () => startToken(hsm.module, attend, seconds === undefined ? undefined : seconds * 1000);
    const session = new HsmSession(hsm, authorization.mode, start);
    hsms.add(session);
    if (ledger && recallLedger(ledger, session, custody)) left.add(hsm.name);
  }
  return left;
}
