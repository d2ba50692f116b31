import type { JsonObject } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type Member, ruleFor, shareThresholds } from '../quorum/roster.ts';
import type { PinKind } from '../quorum/share-set.ts';
import type { InForce } from './in-force.ts';
import { kekCustody } from './key-backup.ts';
import { keyOn } from './key-use.ts';
import type { Memory } from './memory.ts';
import { PaperShares, type PrintedShare, type PrintRequest } from './paper-shares.ts';
import type { People } from './people.ts';
import { holdToNextSet } from './rotation.ts';
import type { GuardSetup } from './setup.ts';
import { makeSealedSet, type SealedSet } from './shares.ts';
import type { Waiting } from './waiting.ts';

const SEALING = 'Secrets are made and sealed';
const TRYING = 'Every possible quorum is tried';

export interface SealingSetup {
  readonly setup: GuardSetup;
  readonly inForce: InForce;
  readonly memory: Memory;
  readonly people: People;
  readonly waiting: Waiting;
}

/** Secrets that no person has whole: made here, split, sealed to custodians' tokens, proven, and printed. */
export class Sealing {
  readonly #parts: SealingSetup;
  readonly #paper: PaperShares;

  constructor(parts: SealingSetup) {
    this.#parts = parts;
    const { custody, proposals, pages } = parts.memory;
    this.#paper = new PaperShares({ ...parts.setup, custody, proposals, pages });
  }

  /**
   * For a blank HSM: its user PIN and its security officer's.
   * @throws CeremonyError TOKEN_UNEXPECTED for one that is initialised or not activated by shares, DESCRIPTOR_INVALID with
   *   thresholds below the roster's, APPROVAL_DUPLICATE, APPROVAL_ROLE
   */
  async makeShareSets(request: {
    hsm: string;
    label: string;
    holders: readonly string[];
    userThreshold: number;
    soThreshold: number;
  }): Promise<readonly SealedSet[]> {
    const { inForce, memory, waiting } = this.#parts;
    inForce.mayOperate();
    const hsm = memory.hsms.get(request.hsm);
    hsm.requireShares();
    if (hsm.serial !== null)
      throw new CeremonyError('TOKEN_UNEXPECTED', `"${request.hsm}" is initialised; new secrets are for a blank token`);
    const holders = this.#custodians(request.holders);
    const { userThreshold: user, soThreshold: so } = request;
    const least = shareThresholds(inForce.roster);
    if (user < least.userThreshold || so < Math.max(user, least.soThreshold) || so > holders.length) {
      throw new CeremonyError(
        'DESCRIPTOR_INVALID',
        `thresholds ${user} (user) and ${so} (security officer) of ${holders.length} custodians; the roster demands at least ${least.userThreshold} and ${least.soThreshold}`,
      );
    }
    const sealed = await waiting.during(SEALING, async () => [
      await makeSealedSet('user', request.label, user, holders),
      await makeSealedSet('so', request.label, so, holders),
    ]);
    memory.custody.replace(
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
    const { inForce, memory, waiting } = this.#parts;
    inForce.mayOperate();
    const { hsm: name, kind, threshold } = request;
    const hsm = memory.hsms.get(name);
    hsm.requireShares();
    const holders = this.#custodians(request.holders);
    holdToNextSet(memory.custody, hsm, inForce.roster, { kind, threshold, custodians: holders.length });
    const { label } = await hsm.publicly((client) => hsm.facts(client));
    const sealed = await waiting.during(SEALING, () => makeSealedSet(kind, label, threshold, holders));
    memory.custody.prepareNext(name, sealed.set);
    return sealed;
  }

  /**
   * A secret that a key of this HSM is wrapped with, for that once: split and sealed. It opens nothing before.
   * @throws CeremonyError HSM_OBJECT_MISSING for a key that is not known on it, TOKEN_UNEXPECTED for an HSM that is not
   *   activated by shares, DESCRIPTOR_INVALID with fewer custodians than the roster demands
   */
  async makeKekSet(request: { hsm: string; key: Sha256; holders: readonly string[] }): Promise<SealedSet> {
    const { inForce, memory, waiting } = this.#parts;
    inForce.mayOperate();
    const hsm = memory.hsms.get(request.hsm);
    hsm.requireShares();
    const { label } = keyOn(hsm, request.key);
    const { role, threshold } = kekCustody(inForce.roster, request.holders.length);
    const holders = this.#custodians(request.holders, role);
    const sealed = await waiting.during(SEALING, () => makeSealedSet('kek', label, threshold, holders));
    memory.custody.holdKek(request.hsm, sealed.set, request.key, 'made-here');
    memory.pages.made(sealed.set.id);
    return sealed;
  }

  async proveKekSet(name: string, set: string): Promise<JsonObject> {
    return await this.#prove(name, (memory) => memory.custody.proveKek(name, set));
  }

  async proveShareSets(name: string): Promise<JsonObject> {
    return await this.#prove(name, (memory) => memory.custody.prove(name));
  }

  /** {@link PaperShares.print} */
  async printShare(request: PrintRequest): Promise<PrintedShare> {
    const { inForce, memory } = this.#parts;
    inForce.mayOperate();
    inForce.insideWindow();
    memory.hsms.get(request.hsm);
    return await this.#paper.print(request);
  }

  async #prove(name: string, prove: (memory: Memory) => Promise<JsonObject>): Promise<JsonObject> {
    const { inForce, memory, waiting } = this.#parts;
    inForce.mayOperate();
    memory.hsms.get(name);
    return await waiting.during(TRYING, () => prove(memory));
  }

  #custodians(seats: readonly string[], role = ruleFor(this.#parts.inForce.roster, 'administer').role): Member[] {
    const holders = seats.map((seat) => this.#parts.people.holder(seat, role));
    if (new Set(seats).size !== holders.length)
      throw new CeremonyError('APPROVAL_DUPLICATE', 'a custodian is named twice; one person holds one share');
    return holders;
  }
}
