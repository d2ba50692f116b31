import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import { approvalScreen } from '../quorum/approval-screen.ts';
import type { ShareSet } from '../quorum/share-set.ts';
import { deviationScreen } from '../quorum/statement-screen.ts';
import type { PresentedCard } from './cards.ts';
import type { MatchedEnvelope } from './custody.ts';
import type { InForce } from './in-force.ts';
import type { Judging } from './judging.ts';
import type { Memory } from './memory.ts';
import { readPaperShare } from './paper-entry.ts';
import { ONE_SIGNATURE, type People } from './people.ts';
import type { OpenProposal } from './proposals.ts';
import type { Recalling } from './recalling.ts';
import { resumedScreen } from './resumed-screen.ts';
import type { GuardSetup } from './setup.ts';

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

export interface ApprovingSetup {
  readonly setup: Pick<GuardSetup, 'terminal' | 'now' | 'resumes'>;
  readonly inForce: InForce;
  readonly memory: Memory;
  readonly judging: Judging;
  readonly people: People;
  readonly recalling: Recalling;
}

/** One person at a time reads what is proposed on the guard's screen, decides, and signs with their own token. */
export class Approving {
  readonly #parts: ApprovingSetup;

  constructor(parts: ApprovingSetup) {
    this.#parts = parts;
  }

  /**
   * One presentation of one person's token for a list of proposals: a decision for each, and their shares opened.
   * Declining takes no token: what was declined is void at once, whatever comes of the presentation for the rest.
   * @throws CeremonyError what a presentation throws, where nothing was declined before it
   */
  async approve(seat: string, ids: readonly Sha256[], envelopes: ReadonlyMap<string, Uint8Array>): Promise<Decided> {
    const { setup, inForce, memory, judging, people } = this.#parts;
    inForce.mayOperate();
    const now = setup.now();
    if (ids.length === 0) throw new CeremonyError('PROPOSAL_UNKNOWN', 'there is nothing to approve');
    const proposals = ids.map((id) => memory.proposals.requireOpen(id, now));
    const member = people.member(seat);
    for (const proposal of proposals) judging.mayApprove(member, proposal);
    const operations = proposals.map((proposal) => proposal.descriptor.operation);
    const matched = memory.custody.match(member, envelopes, operations);
    const onPaper = memory.custody.awaitsPaper(member, matched, operations);
    const records = matched.filter(({ set }) => set !== onPaper);
    const declined = new Map<Sha256, string>();
    const decided = (signatures: ReadonlyMap<Sha256, Uint8Array> = new Map()): Decision[] =>
      proposals.map(({ id }) => {
        const [reason, signature] = [declined.get(id), signatures.get(id)];
        if (reason !== undefined) return { declined: reason };
        return signature === undefined ? null : { signature };
      });
    try {
      return await setup.terminal.session(async () => {
        await this.#ask(seat, proposals, declined);
        const approved = proposals.filter(({ id }) => !declined.has(id));
        if (approved.length === 0) return { decisions: decided(), opened: [], card: null, failure: null };
        const fromPaper = onPaper && (await this.#openFromPaper(seat, onPaper, approved)) ? [onPaper.id] : [];
        const lines = [`${seat} signs ${approved.length} of ${proposals.length} statements`];
        const uses = { signatures: approved.length, openings: records.length };
        return await people.present(seat, lines, uses, async (card) => {
          const { signatures, opened } = await this.#sign(card, approved, records);
          return { decisions: decided(signatures), opened: [...opened, ...fromPaper], card, failure: null };
        });
      });
    } catch (error) {
      if (declined.size === 0 || !(error instanceof CeremonyError)) throw error;
      return { decisions: decided(), opened: [], card: null, failure: error };
    } finally {
      memory.forgetIdle(setup.now());
    }
  }

  /** One presentation of one person's token for one deviation: it signs the statement. Declining takes no token. */
  async approveDeviation(seat: string, statement: Uint8Array): Promise<Decided> {
    const { setup, inForce, memory, people } = this.#parts;
    inForce.begun();
    const { terminal } = setup;
    const deviation = memory.deviations.toApprove(statement, people.member(seat));
    if (deviation.effect === 'resume') memory.sightings.requireTold();
    memory.deviations.asked(statement);
    return await terminal.session(async () => {
      if (deviation.effect === 'resume') await terminal.show(this.#knownAfterwards());
      await terminal.show(deviationScreen(deviation));
      const reason = await terminal.readDecision(seat);
      if (reason !== undefined)
        return { decisions: [{ declined: declinedFor(reason) }], opened: [], card: null, failure: null };
      return await people.present(seat, [`${seat} signs`], ONE_SIGNATURE, async (card) => {
        const decisions = [{ signature: await card.sign(statement) }];
        memory.deviations.approved(statement, seat);
        return { decisions, opened: [], card, failure: null };
      });
    });
  }

  /** The person reads each proposal and decides. @param declined gets the reason for each that they declined */
  async #ask(seat: string, proposals: readonly OpenProposal[], declined: Map<Sha256, string>): Promise<void> {
    const { setup, memory } = this.#parts;
    for (const proposal of proposals) {
      await setup.terminal.show([...approvalScreen(proposal), ...this.#toldOf(proposal)]);
      const reason = await setup.terminal.readDecision(seat);
      if (reason === undefined) continue;
      memory.proposals.withdraw(proposal.id);
      declined.set(proposal.id, declinedFor(reason));
    }
  }

  /**
   * A guard that was started anew says at each CRL which others it knows of, and at each OCSP response by which it goes: by a
   * delta CRL that nobody told it of, what is revoked would be good.
   */
  #toldOf({ descriptor: { operation } }: OpenProposal): string[] {
    const { setup, memory } = this.#parts;
    if (operation.op !== 'sign' || !setup.resumes) return [];
    if (operation.kind === 'crl') return memory.toldCrls.lines(operation.key);
    return operation.kind === 'ocsp-response' ? memory.toldCrls.lines(undefined) : [];
  }

  /**
   * Opens the share of somebody who has no envelope that they can open, from paper, if they have it so. It stays open when
   * their token then refuses: nobody types it twice.
   * @returns false for who approves without a share
   */
  async #openFromPaper(seat: string, set: ShareSet, [first]: readonly OpenProposal[]): Promise<boolean> {
    const { terminal } = this.#parts.setup;
    const { custody } = this.#parts.memory;
    if (custody.isOpen(set, seat)) return true;
    await terminal.show([
      `There is no envelope of ${seat} of the set ${set.id} that a token of theirs opens.`,
      'Their paper share does as well. Whoever has none approves without a share.',
    ]);
    const asked = `${seat}, type "paper" or "none":`;
    if ((await terminal.readChoice(asked, ['paper', 'none'], new AbortController().signal)) !== 'paper') return false;
    const operation = first?.descriptor.operation;
    const label = operation?.op === 'unwrap-key' ? operation.label : '';
    const presented = custody.openedOf(set);
    custody.keep(set, await readPaperShare({ terminal, set, label, seat, presented }), 'paper');
    return true;
  }

  /** The person's token signs what they approved and opens their shares. */
  async #sign(card: PresentedCard, approved: readonly OpenProposal[], records: readonly MatchedEnvelope[]) {
    const signatures = new Map<Sha256, Uint8Array>();
    for (const { id, statement } of approved) signatures.set(id, await card.sign(statement));
    const opened: string[] = [];
    for (const { set, record, envelope } of records) {
      this.#parts.memory.custody.keep(set, await card.open(envelope, set, record));
      opened.push(set.id);
    }
    // Only now: a person whose share did not open has not approved.
    for (const { approvedBy } of approved) approvedBy.add(card.member.seat);
    return { signatures, opened };
  }

  #knownAfterwards(): string[] {
    const { inForce, memory, recalling } = this.#parts;
    const hsms = [...memory.hsms.all()].map(({ authorized: { name }, serial, keys }) => ({
      ...{ name, serial },
      keys: [...keys].map(([digest, { label }]) => ({
        ...{ digest: digest as Sha256, label },
        isSeen: !memory.sightings.isUnseen(name, digest as Sha256),
      })),
      sets: memory.custody.setsOf(name),
    }));
    return resumedScreen(inForce.roster, hsms, recalling.told);
  }
}

/** A reason as it is recorded: readable, and short enough for the report. */
function declinedFor(reason: string): string {
  return escapeForeign(reason).slice(0, 400);
}
