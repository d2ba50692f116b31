import type { Json, JsonObject } from '../base/canonical-json.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError, type ErrorCode } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { approvalScreen } from '../quorum/approval-screen.ts';
import type { Authorization } from '../quorum/authorization.ts';
import { requireQuorum } from '../quorum/count.ts';
import { CLASS_OF, type Operation } from '../quorum/operation.ts';
import { isFounding, type Member, type Roster, ruleFor, shareThresholds } from '../quorum/roster.ts';
import type { PinKind, ShareSet } from '../quorum/share-set.ts';
import { deviationScreen } from '../quorum/statement-screen.ts';
import type { Attend, TokenProcess } from '../token/client.ts';
import { openActivation } from './activating.ts';
import { isByCertificate, keyOfCertificate } from './adopted-key.ts';
import type { PresentedCard } from './cards.ts';
import { Changing, type SignedChange } from './changing.ts';
import { crlBefore } from './crl-payload.ts';
import { Custody } from './custody.ts';
import { Deviations } from './deviations.ts';
import { type Enrolled, Enrolling, type EnrolRequest } from './enrolling.ts';
import { HsmSession, type KnownKey } from './hsm.ts';
import { judgeWrap, kekCustody, wrapKey } from './key-backup.ts';
import { Destructions, destroyKey } from './key-destruction.ts';
import { judgeUnwrap, Restorations, unwrapKey } from './key-restoration.ts';
import { decided, KeyStates } from './key-state.ts';
import { holdListToKind } from './list-payload.ts';
import { signList } from './list-signing.ts';
import { SignedCrls } from './ocsp-payload.ts';
import {
  type Done,
  generateKey,
  keyOn,
  prepareToken,
  proveKey,
  rotateActivation,
  signPayload,
  takeInventory,
} from './operations.ts';
import { readPaperShare } from './paper-entry.ts';
import { PaperShares, type PrintedShare, type PrintRequest } from './paper-shares.ts';
import { holdPayloadToKind, type Known } from './payload.ts';
import { ONE_SIGNATURE, People, type Signed } from './people.ts';
import { type OpenProposal, Proposals } from './proposals.ts';
import { type Past, Recalling } from './recalling.ts';
import { resumedScreen } from './resumed-screen.ts';
import { holdToNextSet, judgeRotation } from './rotation.ts';
import { makeSealedSet, type SealedSet } from './shares.ts';
import { recallLedger } from './standing.ts';
import type { GuardTerminal } from './terminal.ts';
import { untouched } from './token-trouble.ts';
import { judgeZeroization, zeroized, zeroizeToken } from './token-zeroization.ts';
import { ToldCrls } from './told-crls.ts';
import { type Announce, announceTries } from './tries.ts';
import { Waiting } from './waiting.ts';

/** @param loginMs how long people may take at the device before they are asked whether to wait on; as usual unless told */
export type StartToken = (module: string, attend: Attend, loginMs?: number) => Promise<TokenProcess>;

export interface GuardSetup {
  readonly authorization: Authorization;
  readonly roster: Roster;
  readonly terminal: GuardTerminal;
  /** Starts a token process for a module of the authorization, after holding its file to the authorized digest. */
  readonly startToken: StartToken;
  /** UTC, whole seconds. */
  readonly now: () => string;
  /** Whether the ceremony goes on after an interruption; not unless told. */
  readonly resumes?: boolean;
  /** Where paper shares are printed; nowhere unless told. */
  readonly printer?: string | null;
  /** Of the pack before this ceremony; null for the first of a CA. */
  readonly ledger?: Ledger | null;
}

/** Null where the person did not decline, and their token did not get to sign. */
export type Decision = { readonly signature: Uint8Array } | { readonly declined: string } | null;

/** What came of one person's decisions. */
export interface Decided {
  /** For each proposal, in order. */
  readonly decisions: readonly Decision[];
  /** Ids of the share sets whose share was opened. */
  readonly opened: readonly string[];
  /** Null where no token was needed, or none signed. */
  readonly card: PresentedCard | null;
  /** Why what was not declined is not signed either. */
  readonly failure: CeremonyError | null;
}

const SEALING = 'Secrets are made and sealed';

/**
 * The quorum gate. It decides alone: what the core says is a request, never a reason. It takes descriptors, payloads,
 * approvals and sealed envelopes; it never takes a digest to sign, a PIN, a share, or a verdict.
 */
export class GuardMachine {
  readonly #setup: GuardSetup;
  readonly #proposals = new Proposals();
  readonly #custody = new Custody();
  readonly #deviations: Deviations;
  readonly #destructions = new Destructions();
  readonly #restorations = new Restorations();
  readonly #states: KeyStates;
  readonly #recalling: Recalling;
  readonly #hsms = new Map<string, HsmSession>();
  /** Names of those that earlier ceremonies left ready, by the ledger. */
  readonly #left = new Set<string>();
  readonly #waiting: Waiting;
  readonly #people: People;
  readonly #paperShares: PaperShares;
  readonly #enrolling: Enrolling;
  readonly #changing: Changing;
  /** By which everything is judged; none before a first enrolment has made one. */
  #roster: Roster;
  /** Random bytes, hex, that an HSM gave in this ceremony: a serial number must be one of them. */
  readonly #drawn = new Set<string>();
  readonly #crls = new SignedCrls();
  readonly #toldCrls = new ToldCrls();
  /** Digests of keys that only a certificate has shown. */
  readonly #shown = new Set<Sha256>();
  readonly #known: Known = {
    drawn: this.#drawn,
    crls: this.#crls,
    spkiOf: (key) => this.#knownKey(key).spki,
    now: () => this.#setup.now(),
  };
  #ceremony: Sha256 | undefined;
  #signedOff = false;

  constructor(setup: GuardSetup) {
    this.#setup = setup;
    this.#roster = setup.roster;
    const roster = () => this.#roster;
    this.#deviations = new Deviations(roster, setup.resumes);
    this.#states = new KeyStates(setup.ledger ?? null);
    this.#waiting = new Waiting(setup.terminal);
    this.#people = new People({ ...setup, roster, waiting: this.#waiting });
    this.#paperShares = new PaperShares({ ...setup, custody: this.#custody, proposals: this.#proposals });
    this.#enrolling = new Enrolling({ ...setup, search: this.#people.search });
    this.#changing = new Changing({
      ...setup,
      search: this.#people.search,
      enrolments: () => this.#enrolling.enrolments,
      former: new Set((setup.ledger?.former ?? []).map(({ seat }) => seat)),
      resumes: setup.resumes ?? false,
    });
    this.#recalling = new Recalling({
      resumes: setup.resumes ?? false,
      ceremony: () => this.#begun(),
      roster,
      rosterAtFirst: setup.roster,
      ledger: setup.ledger ?? null,
      hsm: (name) => this.#hsm(name),
      left: this.#left,
      isGoingOn: () => this.#deviations.isGoingOn,
      knownKey: (digest) => this.#knownKey(digest),
      custody: this.#custody,
      destructions: this.#destructions,
      restorations: this.#restorations,
      states: this.#states,
      crls: this.#crls,
      toldCrls: this.#toldCrls,
    });
    for (const hsm of setup.authorization.hsms) {
      const attend = this.#waiting.attendant(`The HSM "${hsm.name}"`);
      const { activation } = hsm;
      const seconds = activation.means === 'device-quorum' ? activation.seconds : undefined;
      const start = () => setup.startToken(hsm.module, attend, seconds === undefined ? undefined : seconds * 1000);
      const session = new HsmSession(hsm, setup.authorization.mode, start);
      this.#hsms.set(hsm.name, session);
      if (setup.ledger && recallLedger(setup.ledger, session, this.#custody)) this.#left.add(hsm.name);
    }
  }

  begin(ceremony: Sha256): void {
    if (this.#ceremony !== undefined)
      throw new CeremonyError('DESCRIPTOR_INVALID', 'the guard is bound to a ceremony already');
    this.#ceremony = ceremony;
  }

  /** @param left label of the token that an interrupted preparation may have left where a blank one was */
  async inspect(name: string, left: string | null): Promise<JsonObject> {
    const hsm = this.#hsm(name);
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
    const hsm = this.#hsm(name);
    return await hsm.publicly(async (client) => {
      const all: Buffer[] = [];
      for (let index = 0; index < count; index++) {
        const bytes = await client.random(hsm.selector, length);
        this.#drawn.add(bytes.toString('hex'));
        all.push(bytes);
      }
      return Buffer.concat(all);
    });
  }

  async makeShareSets(request: {
    hsm: string;
    label: string;
    holders: readonly string[];
    userThreshold: number;
    soThreshold: number;
  }) {
    this.#mayOperate();
    const hsm = this.#hsm(request.hsm);
    this.#requireShares(hsm);
    if (hsm.serial !== null)
      throw new CeremonyError('TOKEN_UNEXPECTED', `"${request.hsm}" is initialised; new secrets are for a blank token`);
    const holders = this.#custodians(request.holders);
    const { userThreshold: user, soThreshold: so } = request;
    const least = shareThresholds(this.#roster);
    if (user < least.userThreshold || so < Math.max(user, least.soThreshold) || so > holders.length) {
      throw new CeremonyError(
        'DESCRIPTOR_INVALID',
        `thresholds ${user} (user) and ${so} (security officer) of ${holders.length} custodians; the roster demands at least ${least.userThreshold} and ${least.soThreshold}`,
      );
    }
    const sealed = await this.#waiting.during(SEALING, async () => [
      await makeSealedSet('user', request.label, user, holders),
      await makeSealedSet('so', request.label, so, holders),
    ]);
    this.#custody.replace(
      request.hsm,
      sealed.map((one) => one.set),
    );
    return sealed;
  }

  /**
   * A new secret to replace the one that opens an HSM now, split and sealed. It opens nothing before the rotation is done.
   * @throws CeremonyError TOKEN_UNEXPECTED for a blank token, DESCRIPTOR_INVALID while it is active, while the end of a
   *   rotation is not known, or with a threshold below the roster's or across the other set's
   */
  async makeNextShareSet(request: {
    hsm: string;
    kind: PinKind;
    holders: readonly string[];
    threshold: number;
  }): Promise<SealedSet> {
    this.#mayOperate();
    const { hsm: name, kind, threshold } = request;
    const hsm = this.#hsm(name);
    this.#requireShares(hsm);
    const holders = this.#custodians(request.holders);
    holdToNextSet(this.#custody, hsm, this.#roster, { kind, threshold, custodians: holders.length });
    const { label } = await hsm.publicly((client) => hsm.facts(client));
    const sealed = await this.#waiting.during(SEALING, () => makeSealedSet(kind, label, threshold, holders));
    this.#custody.prepareNext(name, sealed.set);
    return sealed;
  }

  /**
   * A secret that a key of this HSM is wrapped with, for that once: split and sealed. It opens nothing before.
   * @throws CeremonyError HSM_OBJECT_MISSING for a key that is not known on it, TOKEN_UNEXPECTED for an HSM that is not
   *   activated by shares, DESCRIPTOR_INVALID with fewer custodians than the roster demands
   */
  async makeKekSet(request: { hsm: string; key: Sha256; holders: readonly string[] }): Promise<SealedSet> {
    this.#mayOperate();
    const hsm = this.#hsm(request.hsm);
    this.#requireShares(hsm);
    const { label } = keyOn(hsm, request.key);
    const { role, threshold } = kekCustody(this.#roster, request.holders.length);
    const holders = this.#custodians(request.holders, role);
    const sealed = await this.#waiting.during(SEALING, () => makeSealedSet('kek', label, threshold, holders));
    this.#custody.holdKek(request.hsm, sealed.set, request.key, 'made-here');
    return sealed;
  }

  async proveKekSet(name: string, set: string): Promise<JsonObject> {
    this.#mayOperate();
    this.#hsm(name);
    return await this.#waiting.during('Every possible quorum is tried', () => this.#custody.proveKek(name, set));
  }

  #custodians(seats: readonly string[], role = ruleFor(this.#roster, 'administer').role): Member[] {
    const holders = seats.map((seat) => this.#people.holder(seat, role));
    if (new Set(seats).size !== holders.length)
      throw new CeremonyError('APPROVAL_DUPLICATE', 'a custodian is named twice; one person holds one share');
    return holders;
  }

  propose(request: {
    descriptor: Uint8Array;
    payload: Uint8Array | null;
    previous?: Uint8Array | null;
    wrapped?: Uint8Array | null;
    delta?: Uint8Array | null;
    proposal: Sha256;
    expires: string;
  }): Uint8Array {
    this.#mayOperate();
    this.#deviations.requireAllApproved();
    const proposal = this.#proposals.register(this.#begun(), request, this.#setup.now());
    try {
      this.#judge(proposal);
    } catch (error) {
      this.#proposals.withdraw(proposal.id);
      throw error;
    }
    return proposal.statement;
  }

  withdraw(id: Sha256): void {
    this.#proposals.withdraw(id);
    this.#forgetIdle();
  }

  /**
   * One presentation of one person's token for a list of proposals: a decision for each, and their shares opened.
   * Declining takes no token: what was declined is void at once, whatever comes of the presentation for the rest.
   * @throws CeremonyError what a presentation throws, where nothing was declined before it
   */
  async approve(seat: string, ids: readonly Sha256[], envelopes: ReadonlyMap<string, Uint8Array>): Promise<Decided> {
    this.#mayOperate();
    const now = this.#setup.now();
    if (ids.length === 0) throw new CeremonyError('PROPOSAL_UNKNOWN', 'there is nothing to approve');
    const proposals = ids.map((id) => this.#proposals.requireOpen(id, now));
    const member = this.#people.member(seat);
    for (const proposal of proposals) this.#mayApprove(member, proposal);
    const operations = proposals.map((proposal) => proposal.descriptor.operation);
    const matched = this.#custody.match(member, envelopes, operations);
    const onPaper = this.#custody.awaitsPaper(member, matched, operations);
    const records = matched.filter(({ set }) => set !== onPaper);
    const declined = new Map<Sha256, string>();
    const decided = (signatures: ReadonlyMap<Sha256, Uint8Array> = new Map()): Decision[] =>
      proposals.map(({ id }) => {
        const [reason, signature] = [declined.get(id), signatures.get(id)];
        if (reason !== undefined) return { declined: reason };
        return signature === undefined ? null : { signature };
      });
    try {
      return await this.#setup.terminal.session(async () => {
        await this.#ask(seat, proposals, declined);
        const approved = proposals.filter(({ id }) => !declined.has(id));
        if (approved.length === 0) return { decisions: decided(), opened: [], card: null, failure: null };
        const fromPaper = onPaper && (await this.#openFromPaper(seat, onPaper, approved)) ? [onPaper.id] : [];
        const lines = [`${seat} signs ${approved.length} of ${proposals.length} statements`];
        const uses = { signatures: approved.length, openings: records.length };
        return await this.#people.present(seat, lines, uses, async (card) => {
          const { signatures, opened } = await this.#sign(card, approved, records);
          return { decisions: decided(signatures), opened: [...opened, ...fromPaper], card, failure: null };
        });
      });
    } catch (error) {
      if (declined.size === 0 || !(error instanceof CeremonyError)) throw error;
      return { decisions: decided(), opened: [], card: null, failure: error };
    } finally {
      this.#forgetIdle();
    }
  }

  /** The person reads each proposal and decides. @param declined gets the reason for each that they declined */
  async #ask(seat: string, proposals: readonly OpenProposal[], declined: Map<Sha256, string>): Promise<void> {
    const { terminal } = this.#setup;
    for (const proposal of proposals) {
      await terminal.show([...approvalScreen(proposal), ...this.#toldOf(proposal)]);
      const reason = await terminal.readDecision(seat);
      if (reason === undefined) continue;
      this.#proposals.withdraw(proposal.id);
      declined.set(proposal.id, declinedFor(reason));
    }
  }

  /** A guard that was started anew says at each CRL which others it knows of. */
  #toldOf({ descriptor: { operation } }: OpenProposal): string[] {
    const isCrl = operation.op === 'sign' && operation.kind === 'crl';
    return isCrl && this.#setup.resumes ? this.#toldCrls.lines(operation.key) : [];
  }

  /**
   * Opens the share of somebody who has no envelope that they can open, from paper, if they have it so. It stays open when
   * their token then refuses: nobody types it twice.
   * @returns false for who approves without a share
   */
  async #openFromPaper(seat: string, set: ShareSet, [first]: readonly OpenProposal[]): Promise<boolean> {
    const { terminal } = this.#setup;
    if (this.#custody.isOpen(set, seat)) return true;
    await terminal.show([
      `There is no envelope of ${seat} of the set ${set.id} that a token of theirs opens.`,
      'Their paper share does as well. Whoever has none approves without a share.',
    ]);
    const asked = `${seat}, type "paper" or "none":`;
    if ((await terminal.readChoice(asked, ['paper', 'none'], new AbortController().signal)) !== 'paper') return false;
    const operation = first?.descriptor.operation;
    const label = operation?.op === 'unwrap-key' ? operation.label : '';
    const presented = this.#custody.openedOf(set);
    this.#custody.keep(set, await readPaperShare({ terminal, set, label, seat, presented }), 'paper');
    return true;
  }

  /** The person's token signs what they approved and opens their shares. */
  async #sign(card: PresentedCard, approved: readonly OpenProposal[], records: ReturnType<Custody['match']>) {
    const signatures = new Map<Sha256, Uint8Array>();
    for (const { id, statement } of approved) signatures.set(id, await card.sign(statement));
    const opened: string[] = [];
    for (const { set, record, envelope } of records) {
      this.#custody.keep(set, await card.open(envelope, set, record));
      opened.push(set.id);
    }
    // Only now: a person whose share did not open has not approved.
    for (const { approvedBy } of approved) approvedBy.add(card.member.seat);
    return { signatures, opened };
  }

  /** {@link PaperShares.print} */
  async printShare(request: PrintRequest): Promise<PrintedShare> {
    this.#mayOperate();
    this.#insideWindow();
    this.#hsm(request.hsm);
    return await this.#paperShares.print(request);
  }

  async proveShareSets(name: string): Promise<JsonObject> {
    this.#mayOperate();
    this.#hsm(name);
    return await this.#waiting.during('Every possible quorum is tried', () => this.#custody.prove(name));
  }

  /**
   * Counts the quorum, opens the activation if it is not open, does the operation once.
   * @throws CeremonyError whose details say `reached`: whether anything may have been done on the HSM
   */
  async execute(id: Sha256, approvals: readonly { seat: string; signature: Uint8Array }[]): Promise<Done> {
    this.#waiting.takeDecided();
    try {
      const { facts, bytes } = await this.#execute(id, approvals);
      const waited = this.#waiting.takeDecided();
      return { facts: waited.length === 0 ? facts : { ...facts, waited }, bytes };
    } catch (error) {
      throw untouched(withDetails(error, this.#waiting.takeDecided()));
    }
  }

  async #execute(id: Sha256, approvals: readonly { seat: string; signature: Uint8Array }[]): Promise<Done> {
    this.#mayOperate();
    this.#deviations.requireAllApproved();
    this.#insideWindow();
    const proposal = this.#proposals.requireOpen(id, this.#setup.now());
    const { operation } = proposal.descriptor;
    const seats = requireQuorum(this.#roster, operation.op, proposal.statement, approvals);
    const unseen = seats.filter((seat) => !proposal.approvedBy.has(seat));
    if (unseen.length > 0) {
      throw new CeremonyError(
        'QUORUM_NOT_MET',
        `${unseen.join(', ')} signed the statement, but did not present their token to this guard for it`,
        {
          hint: 'a person approves here, after reading the screen that the guard draws',
        },
      );
    }
    this.#judge(proposal);
    const hsm = this.#hsm(operation.hsm.name);
    hsm.requireHold(operation.hold);
    const secrets = await this.#custody.secretsFor(hsm, operation, seats);
    // From here on the proposal is spent, whatever the HSM answers.
    proposal.state = 'consumed';
    try {
      const done = await this.#carryOut(hsm, proposal, secrets);
      if (operation.op === 'rotate-activation') this.#custody.supersede(operation.hsm.name);
      if (operation.op === 'destroy-key') this.#destructions.complete(operation, hsm);
      if (operation.op === 'unwrap-key') this.#restored(operation);
      if (operation.op === 'zeroize-token') zeroized(operation, hsm, this.#destructions, this.#custody);
      if (operation.op === 'set-key-state') this.#states.decide(operation);
      return operation.op === 'unwrap-key' ? this.#withPaper(done, operation.set.id, seats) : done;
    } catch (error) {
      if (operation.op === 'rotate-activation' && !isUntouched(error))
        this.#custody.begin(operation.hsm.name, proposal.descriptor.digest);
      if (operation.op === 'destroy-key' && !isUntouched(error))
        this.#destructions.begin(operation, proposal.descriptor.digest);
      if (operation.op === 'unwrap-key' && !isUntouched(error))
        this.#restorations.begin(operation.hsm.name, operation.key);
      if (operation.op === 'zeroize-token' && !isUntouched(error))
        this.#destructions.beginAll(hsm, proposal.descriptor.digest);
      // What was opened for a try that failed serves no other: its custodians present their tokens again.
      this.#custody.forget(operation.hsm.name);
      throw error;
    } finally {
      for (const secret of secrets.values()) secret.fill(0);
      this.#forgetIdle();
    }
  }

  /** The record says which shares were typed: those pages have been out of their bags. */
  #withPaper(done: Done, set: string, seats: readonly string[]): Done {
    const paperShares = this.#custody.fromPaper(set, seats);
    return paperShares.length === 0 ? done : { ...done, facts: { ...done.facts, paperShares } };
  }

  async deactivate(name: string): Promise<JsonObject> {
    const hsm = this.#hsm(name);
    await hsm.deactivate();
    this.#custody.forget(name);
    return await hsm.showLocked();
  }

  /**
   * After an interruption, in a new guard: what the quorum had approved for an HSM, in the order in which that was done.
   * Its share sets and the token that was prepared with them are taken from nowhere else than what those people signed.
   * @throws CeremonyError what `Recalling.recall` throws
   */
  async recall(past: Past): Promise<void> {
    this.#mayOperate();
    await this.#recalling.recall(past);
  }

  deviate(statement: Uint8Array, approvals: readonly { seat: string; signature: Uint8Array }[]): void {
    this.#deviations.add(this.#begun(), statement, approvals);
  }

  /** One presentation of one person's token for one deviation: it signs the statement. Declining takes no token. */
  async approveDeviation(seat: string, statement: Uint8Array): Promise<Decided> {
    this.#begun();
    const { terminal } = this.#setup;
    const deviation = this.#deviations.toApprove(statement, this.#people.member(seat));
    return await terminal.session(async () => {
      if (deviation.effect === 'resume') await terminal.show(this.#knownAfterwards());
      await terminal.show(deviationScreen(deviation));
      const reason = await terminal.readDecision(seat);
      if (reason !== undefined)
        return { decisions: [{ declined: declinedFor(reason) }], opened: [], card: null, failure: null };
      return await this.#people.present(seat, [`${seat} signs`], ONE_SIGNATURE, async (card) => {
        const decisions = [{ signature: await card.sign(statement) }];
        this.#deviations.approved(statement, seat);
        return { decisions, opened: [], card, failure: null };
      });
    });
  }

  #knownAfterwards(): string[] {
    const hsms = [...this.#hsms].map(([name, { serial, keys }]) => ({
      ...{ name, serial, keys: keys.size },
      sets: this.#custody.setsOf(name),
    }));
    return resumedScreen(this.#roster, hsms, this.#recalling.told);
  }

  /** Nobody uses an HSM while the room is left: every activation ends, and what was approved is void. */
  async lock(): Promise<void> {
    this.#proposals.withdrawAll();
    await this.#lockAll();
  }

  /** One presentation of one token that is enrolled: keys, a test envelope, and its word whose it is. */
  async enrol(request: EnrolRequest): Promise<Enrolled> {
    const ceremony = this.#begun();
    if (this.#isFounding) this.#mayFound();
    else {
      this.#mayChange();
      this.#changing.holdNewcomer(this.#roster, request.seat);
    }
    return await this.#enrolling.enrol(ceremony, request);
  }

  async signRoster(seat: string, roster: Uint8Array): Promise<Signed> {
    this.#begun();
    this.#mayFound();
    return await this.#enrolling.signRoster(seat, roster);
  }

  /** From here on the roster is this one: once, where there was none. */
  async enactRoster(bytes: Uint8Array, signatures: ReadonlyMap<string, Uint8Array>): Promise<void> {
    this.#begun();
    this.#mayFound();
    const roster = await this.#enrolling.enact(bytes, signatures);
    // While people were asked, another request may have been served.
    this.#mayFound();
    this.#roster = roster;
  }

  /** One member's token signs the roster that is to take the place of the one in force, and approves that. */
  async signNextRoster(seat: string, roster: Uint8Array): Promise<SignedChange> {
    const ceremony = this.#begun();
    this.#mayChange();
    this.#deviations.requireAllApproved();
    this.#insideWindow();
    return await this.#changing.sign(ceremony, this.#roster, seat, roster);
  }

  /**
   * From here on the roster is this one; after an interruption too, before anybody is asked whether it goes on: those who
   * approved it have. What was proposed under the one before is void, and no HSM stays active.
   */
  async enactNextRoster(
    bytes: Uint8Array,
    signatures: ReadonlyMap<string, Uint8Array>,
    approvals: ReadonlyMap<string, Uint8Array>,
  ): Promise<void> {
    const ceremony = this.#begun();
    this.#mayChange();
    this.#roster = this.#changing.enact(ceremony, this.#roster, bytes, signatures, approvals);
    this.#proposals.withdrawAll();
    await this.#lockAll();
  }

  async rollCall(seat: string): Promise<Signed & { readonly statement: Uint8Array }> {
    return await this.#people.rollCall(this.#begun(), seat);
  }

  async attest(seat: string, statement: Uint8Array): Promise<Signed> {
    return await this.#people.attest(this.#begun(), seat, statement);
  }

  async signManifest(seat: string, manifest: Uint8Array): Promise<Signed> {
    return await this.#people.signManifest(this.#begun(), seat, manifest);
  }

  /** The last word of the quorum: no HSM operation is done after it, whoever asks. */
  async signOff(): Promise<void> {
    this.#signedOff = true;
    this.#proposals.withdrawAll();
    await this.#lockAll();
  }

  /** Ends every process and forgets every share. */
  async end(): Promise<void> {
    await this.#lockAll();
    await this.#people.end();
  }

  async #lockAll(): Promise<void> {
    for (const [name, hsm] of this.#hsms) {
      await hsm.deactivate();
      this.#custody.forget(name);
    }
  }

  async #carryOut(
    hsm: HsmSession,
    proposal: OpenProposal,
    secrets: Awaited<ReturnType<Custody['secretsFor']>>,
  ): Promise<Done> {
    const { operation } = proposal.descriptor;
    const { payload, expires } = proposal;
    const { terminal } = this.#setup;
    const requireStanding = () => {
      this.#insideWindow();
      const now = this.#setup.now();
      if (now > expires)
        throw new CeremonyError('PROPOSAL_EXPIRED', `the proposal expired at ${expires}; it is ${now}`, {
          hint: 'propose the operation again',
        });
    };
    const announce: Announce = async (facts, user) => {
      await announceTries(terminal, hsm.authorized, facts, user);
      // People may have taken their time over that page.
      requireStanding();
    };
    if (operation.op === 'prepare-token') {
      return await prepareToken(hsm, operation, secrets, announce);
    }
    if (operation.op === 'rotate-activation') {
      return await rotateActivation(hsm, operation, secrets, announce);
    }
    if (operation.op === 'wrap-key') return await wrapKey(hsm, operation, secrets, this.#begun(), announce);
    if (operation.op === 'zeroize-token') {
      return await zeroizeToken(hsm, operation, secrets, announce);
    }
    if (operation.op === 'set-key-state') return decided(operation, hsm);
    if (!hsm.active) {
      const sharedPin = (longest: number) => this.#custody.pin(hsm, secrets, longest);
      await openActivation(hsm, operation, { terminal, announce, requireStanding, sharedPin });
    }
    return await hsm.underActivation(operation.hold, operation, async (client) => {
      switch (operation.op) {
        case 'generate-key':
          return await generateKey(
            hsm,
            client,
            operation,
            this.#begun(),
            this.#deviations.acceptedQuirks(hsm.authorized.name, operation.step),
          );
        case 'sign':
          return await this.#signPayload(hsm, client, operation, payload as Uint8Array);
        case 'sign-list':
          return await signList(hsm, client, operation, payload as Uint8Array);
        case 'prove-key':
          // Whatever comes of it: what is known of this key is its certificate alone.
          if (isByCertificate(operation)) this.#shown.add(operation.key);
          return await proveKey(hsm, client, operation, this.#begun(), this.#keyToProve(operation, payload));
        case 'unwrap-key': {
          const key = this.#keyToRestore(hsm, operation, proposal);
          const blob = proposal.wrapped as Uint8Array;
          return await unwrapKey(hsm, client, operation, secrets, { ceremony: this.#begun(), key, blob });
        }
        case 'inventory':
          return await takeInventory(hsm, client);
        case 'destroy-key':
          return await destroyKey(hsm, client, operation, this.#begun(), this.#keyToDestroy(operation, hsm));
      }
    });
  }

  async #signPayload(
    hsm: HsmSession,
    client: TokenProcess,
    operation: Operation & { op: 'sign' },
    payload: Uint8Array,
  ): Promise<Done> {
    if (operation.kind === 'crl') this.#crls.holdFirst(operation.key, payload);
    const done = await signPayload(hsm, client, operation, payload);
    if (operation.kind === 'crl') this.#crls.remember(this.#known.spkiOf(operation.key), payload);
    return done;
  }

  /** Shares are kept only while somebody's approved proposal waits for them and no activation stands instead. */
  #forgetIdle(): void {
    const now = this.#setup.now();
    for (const [name, hsm] of this.#hsms) {
      if (hsm.active || !this.#proposals.isAwaited(name, now)) this.#custody.forget(name);
    }
  }

  /** What makes a proposal one that this guard would carry out, apart from its approvals. */
  #judge(proposal: OpenProposal): void {
    const { operation } = proposal.descriptor;
    const hsm = this.#hsm(operation.hsm.name);
    ruleFor(this.#roster, CLASS_OF[operation.op]);
    hsm.requireToken(operation.hsm);
    this.#destructions.holdUse(operation);
    this.#states.holdUse(operation);
    const setsPins = ['prepare-token', 'rotate-activation', 'zeroize-token'].includes(operation.op);
    if (setsPins) this.#requireShares(hsm);
    if (operation.op === 'generate-key') this.#judgeQuirks(operation, hsm);
    if (operation.op === 'sign') holdPayloadToKind(operation, proposal.payload as Uint8Array, this.#known);
    if (operation.op === 'sign' && operation.kind === 'crl') {
      const here = this.#crls.holdFirst(operation.key, proposal.payload as Uint8Array);
      proposal.previous = crlBefore(operation, proposal, this.#setup.ledger ?? null, this.#shown, here) ?? null;
    }
    if (operation.op === 'sign-list') holdListToKind(operation, proposal.payload as Uint8Array, this.#drawn);
    if (operation.op === 'prove-key') this.#keyToProve(operation, proposal.payload);
    if (operation.op === 'wrap-key') {
      this.#requireShares(hsm);
      judgeWrap(this.#custody, hsm, this.#roster, operation, this.#setup.ledger ?? null);
    }
    if (operation.op === 'unwrap-key') this.#keyToRestore(hsm, operation, proposal);
    this.#destructions.holdUse(operation);
    if (operation.op === 'set-key-state') this.#states.judge(operation, hsm);
    if (operation.op === 'destroy-key') this.#keyToDestroy(operation, hsm);
    if (operation.op === 'zeroize-token')
      judgeZeroization(operation, hsm, this.#custody, this.#hsms.values(), this.#setup.ledger ?? null);
    if (operation.op === 'rotate-activation') judgeRotation(this.#custody, hsm, operation);
    if (operation.op === 'prepare-token') {
      if (hsm.serial !== null)
        throw new CeremonyError('TOKEN_UNEXPECTED', `"${operation.hsm.name}" has been prepared; that is done once`);
      const made = this.#custody.setsOf(operation.hsm.name);
      if (canonicalJson(made) !== canonicalJson(operation.sets)) {
        throw new CeremonyError(
          'SHARE_FOREIGN_SET',
          `the share sets of the descriptor are not those made for "${operation.hsm.name}"`,
        );
      }
      if (operation.wipes !== null)
        throw new CeremonyError(
          'TOKEN_UNEXPECTED',
          `"${operation.hsm.name}" would be wiped; only a blank token is prepared`,
        );
    }
  }

  /** Of its certificate, where one comes with the operation; else one that is known. */
  #keyToProve(operation: Operation & { op: 'prove-key' }, payload: Uint8Array | null): KnownKey {
    return isByCertificate(operation)
      ? keyOfCertificate(operation, payload as Uint8Array, this.#setup.authorization)
      : this.#knownKey(operation.key);
  }

  #keyToRestore(hsm: HsmSession, operation: Operation & { op: 'unwrap-key' }, { wrapped }: OpenProposal) {
    const known = { custody: this.#custody, restorations: this.#restorations, ledger: this.#setup.ledger ?? null };
    return judgeUnwrap(known, hsm, operation, wrapped);
  }

  #restored({ hsm: { name }, key }: Operation & { op: 'unwrap-key' }): void {
    this.#restorations.end(name, key);
    this.#destructions.restored(name, key);
  }

  /** @throws CeremonyError HSM_OBJECT_MISSING, DESCRIPTOR_INVALID */
  #keyToDestroy(operation: Operation & { op: 'destroy-key' }, hsm: HsmSession): KnownKey {
    return this.#destructions.judge(operation, hsm, this.#hsms.values(), this.#setup.ledger ?? null);
  }

  /** A key that this guard saw made or the ledger has, on whichever HSM: its copies are on others. @throws CeremonyError HSM_OBJECT_MISSING */
  #knownKey(digest: Sha256): KnownKey {
    for (const { keys } of this.#hsms.values()) {
      const key = keys.get(digest);
      if (key) return key;
    }
    throw new CeremonyError('HSM_OBJECT_MISSING', `no key with SPKI digest ${digest} is known in this ceremony`);
  }

  /** What an HSM is not told is the authorization's to say. @throws CeremonyError DESCRIPTOR_INVALID */
  #judgeQuirks({ behavesAs }: Operation & { op: 'generate-key' }, { authorized }: HsmSession): void {
    if (behavesAs === authorized.behavesAs) return;
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `the operation has "${authorized.name}" behave as ${behavesAs ?? 'every other'}, the authorization as ${authorized.behavesAs ?? 'every other'}`,
    );
  }

  /** Secrets are made, split and set only for an HSM whose authorization says so. @throws CeremonyError TOKEN_UNEXPECTED */
  #requireShares({ authorized: { name, activation } }: HsmSession): void {
    if (activation.means === 'shares') return;
    throw new CeremonyError(
      'TOKEN_UNEXPECTED',
      `"${name}" is activated by ${activation.means}, as authorized; its PINs are not set here`,
    );
  }

  #mayApprove(member: Member, proposal: OpenProposal): void {
    const { op, step } = proposal.descriptor.operation;
    const rule = ruleFor(this.#roster, CLASS_OF[op]);
    if (member.role !== rule.role) {
      throw new CeremonyError(
        'APPROVAL_ROLE',
        `"${member.seat}" is ${member.role}; class "${CLASS_OF[op]}" is approved by ${rule.role}`,
      );
    }
    if (proposal.approvedBy.has(member.seat)) {
      throw new CeremonyError(
        'APPROVAL_DUPLICATE',
        `"${member.seat}" approved step "${step}" before; one person counts once`,
      );
    }
  }

  #hsm(name: string): HsmSession {
    const hsm = this.#hsms.get(name);
    if (!hsm) throw new CeremonyError('AUTHORIZATION_TOKEN', `no HSM "${name}" is named in the authorization`);
    return hsm;
  }

  #begun(): Sha256 {
    if (this.#ceremony === undefined)
      throw new CeremonyError('DESCRIPTOR_INVALID', 'the guard has not been bound to a ceremony');
    return this.#ceremony;
  }

  #mayFound(): void {
    if (this.#signedOff) throw new CeremonyError('CEREMONY_SIGNED_OFF', 'the ceremony has been signed off');
    if (isFounding({ roster: this.#roster.digest })) return;
    throw new CeremonyError(
      'ROSTER_INVALID',
      `a roster is in force: ${this.#roster.digest}; nobody is enrolled beside it`,
    );
  }

  get #isFounding(): boolean {
    return isFounding(this.#setup.authorization);
  }

  /** @throws CeremonyError ROSTER_INVALID where there is none to change, or it has been changed in this ceremony */
  #mayChange(): void {
    this.#mayOperate();
    if (isFounding({ roster: this.#roster.digest }))
      throw new CeremonyError('ROSTER_INVALID', 'there is no roster that could be changed');
    if (this.#isFounding || this.#roster.digest !== this.#setup.roster.digest)
      throw new CeremonyError(
        'ROSTER_INVALID',
        `the roster in force, ${this.#roster.digest}, was made in this ceremony; nobody is enrolled beside it`,
      );
  }

  #mayOperate(): void {
    this.#begun();
    if (this.#signedOff)
      throw new CeremonyError('CEREMONY_SIGNED_OFF', 'the ceremony has been signed off; the HSM is not used any more');
  }

  #insideWindow(): void {
    const now = this.#setup.now();
    const { notBefore, notAfter } = this.#setup.authorization;
    const code: ErrorCode = 'AUTHORIZATION_WINDOW';
    if (now < notBefore || now > notAfter)
      throw new CeremonyError(code, `it is ${now}, outside the authorized window ${notBefore} to ${notAfter}`);
  }
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

/** A reason as it is recorded: readable, and short enough for the report. */
function declinedFor(reason: string): string {
  return escapeForeign(reason).slice(0, 400);
}
