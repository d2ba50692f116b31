import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { OperationClass } from '../quorum/classes.ts';
import type { Operation } from '../quorum/operation.ts';
import type { Member } from '../quorum/roster.ts';
import type { OpenedShare } from '../quorum/share-envelope.ts';
import { pinFrom, type ShareRecord, type ShareSet } from '../quorum/share-set.ts';
import type { HsmSession } from './hsm.ts';
import { compareEverySubset, forgetShare, recombine } from './shares.ts';

interface Held {
  readonly hsm: string;
  readonly set: ShareSet;
  readonly opened: Map<string, OpenedShare>;
  proven: boolean;
}

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
    for (const set of sets) this.#held.set(set.id, { hsm, set, opened: new Map(), proven: false });
  }

  /** Sets whose envelopes all custodians had opened before their quorum approved the token's preparation was done. */
  recall(hsm: string, sets: readonly ShareSet[]): void {
    this.replace(hsm, sets);
    for (const held of this.#of(hsm)) held.proven = true;
  }

  setsOf(hsm: string): readonly ShareSet[] {
    return this.#of(hsm).map((held) => held.set);
  }

  /**
   * Finds the record of each envelope (named `<set>-<seat>-v1.p7m`), before any token is touched.
   * @throws CeremonyError SHARE_FOREIGN_SET; SHARE_CLASS for a security officer's set outside class `administer`
   */
  match(
    member: Member,
    envelopes: ReadonlyMap<string, Uint8Array>,
    classes: readonly OperationClass[],
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
      if (held.set.kind === 'so' && classes.some((one) => one !== 'administer')) {
        throw new CeremonyError(
          'SHARE_CLASS',
          `the security officer's set ${id} opens for class "administer" alone, not for "${classes.join('", "')}"`,
        );
      }
      matched.push({ set: held.set, record, envelope });
    }
    return matched;
  }

  keep(set: ShareSet, share: OpenedShare): void {
    const held = this.#held.get(set.id) as Held;
    const before = held.opened.get(share.seat);
    if (before) forgetShare(before);
    held.opened.set(share.seat, share);
  }

  /** @throws CeremonyError SHARE_UNPROVEN when a custodian has not opened theirs, SHARE_CHECK_VALUE */
  async prove(hsm: string): Promise<JsonObject> {
    const facts: Record<string, JsonObject> = {};
    for (const held of this.#of(hsm)) {
      const missing = held.set.shares.filter((share) => !held.opened.has(share.seat)).map((share) => share.seat);
      if (missing.length > 0) {
        throw new CeremonyError(
          'SHARE_UNPROVEN',
          `the ${held.set.kind} set ${held.set.id} has not been opened by ${missing.join(', ')}`,
        );
      }
      const compared = await compareEverySubset(held.set, [...held.opened.values()]);
      held.proven = true;
      facts[held.set.id] = {
        kind: held.set.kind,
        threshold: held.set.threshold,
        custodians: held.set.shares.length,
        subsetsCompared: compared,
      };
    }
    return facts;
  }

  /**
   * The secrets that an operation needs, recombined from the shares of its approvers: none while an activation stands.
   * @throws CeremonyError SHARE_UNPROVEN, QUORUM_NOT_MET, HSM_NOT_ACTIVE, SHARE_CHECK_VALUE
   */
  async secretsFor(
    hsm: HsmSession,
    operation: Operation,
    approvers: readonly string[],
  ): Promise<Map<ShareSet, Uint8Array>> {
    const secrets = new Map<ShareSet, Uint8Array>();
    const preparing = operation.op === 'prepare-token';
    if (hsm.active && !preparing) return secrets;
    const held = this.#of(operation.hsm.name).filter((one) => preparing || one.set.kind === 'user');
    if (held.length === 0)
      throw new CeremonyError('HSM_NOT_ACTIVE', `no share set of "${operation.hsm.name}" is known`);
    try {
      for (const one of held) {
        if (preparing && !one.proven)
          throw new CeremonyError(
            'SHARE_UNPROVEN',
            `the ${one.set.kind} set ${one.set.id} has not been proven by all its custodians`,
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
    for (const held of this.#of(hsm)) {
      for (const share of held.opened.values()) forgetShare(share);
      held.opened.clear();
    }
  }

  #of(hsm: string): Held[] {
    return [...this.#held.values()].filter((held) => held.hsm === hsm);
  }
}
