import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type Octets, wholeOf } from '../base/octets.ts';
import { type Operation, readDescriptor } from '../quorum/operation.ts';
import { approvalBytes } from '../quorum/statement.ts';
import type { ObjectFacts } from '../token/replies.ts';
import { isByCertificate, keyOfCertificate } from './adopted-key.ts';
import type { HsmSession, KnownKey } from './hsm.ts';
import type { InForce } from './in-force.ts';
import { requireSignature } from './key-use.ts';
import type { Memory } from './memory.ts';
import { requireQuorumThen } from './recalled-quorum.ts';
import type { Told } from './resumed-screen.ts';
import { recallRotation } from './rotation.ts';
import type { GuardSetup } from './setup.ts';
import { zeroized } from './token-zeroization.ts';

type Of<Name extends Operation['op']> = Extract<Operation, { op: Name }>;

/** What the quorum approved in front of another guard, and what the record says came of it. */
export interface Past {
  readonly descriptor: Uint8Array;
  readonly proposal: Sha256;
  readonly expires: string;
  readonly approvals: readonly { readonly seat: string; readonly signature: Uint8Array }[];
  /** Of the token where it is known to be done; null where it is only known to be begun. */
  readonly serial: string | null;
  readonly keys: readonly KnownKey[];
  /**
   * TBSCertList of a CRL, TBSCertificate of a certificate, or the certificate of a key that was adopted; where it is known to be
   * signed, what its key signed it with.
   */
  readonly payload?: Octets;
  readonly signature?: Uint8Array;
}

export interface RecallingSetup {
  readonly resumes: boolean;
  readonly authorization: GuardSetup['authorization'];
  readonly inForce: InForce;
  readonly memory: Memory;
  /** Names of the HSMs that earlier ceremonies left ready. */
  readonly left: ReadonlySet<string>;
}

/** By which a token that is not there is told from one that does not answer. */
const ABSENT: ReadonlySet<string> = new Set(['TOKEN_MISSING', 'HSM_REMOVED', 'HSM_WRONG_TOKEN']);

/**
 * How a new guard learns, after an interruption, what the quorum had approved for an HSM, in the order in which that was
 * done. That it was approved is proven; that it was done is the core's word, and is held to the HSM where a look without a
 * login shows it.
 */
export class Recalling {
  readonly #setup: RecallingSetup;
  readonly #told = new Map<Sha256, Told>();

  constructor(setup: RecallingSetup) {
    this.#setup = setup;
  }

  /**
   * @throws CeremonyError DESCRIPTOR_INVALID where nothing is resumed, or anybody was asked whether it goes on, or it was
   *   told before; QUORUM_NOT_MET, APPROVAL_*; TOKEN_UNEXPECTED the token has another label or serial, or still shows what is
   *   said to be gone; HSM_OBJECT_MISSING the ledger knows no such key; SHARE_FOREIGN_SET a rotation replaced another set
   *   than the current one
   */
  async recall(past: Past): Promise<void> {
    const { inForce, memory } = this.#setup;
    this.#requireTime(past.proposal);
    const { digest, operation } = readDescriptor(past.descriptor);
    const hsm = memory.hsms.get(operation.hsm.name);
    this.#requireKind(operation, hsm);
    const { op, step } = operation;
    const { expires, proposal } = past;
    const statement = approvalBytes({ ceremony: inForce.begun(), digest, expires, operation: op, proposal, step });
    requireQuorumThen(inForce.roster, inForce.rosterAtFirst, op, statement, past.approvals);
    await this.#take(operation, digest, hsm, past);
    this.#told.set(proposal, { operation, isDone: past.serial !== null });
  }

  /** In the order in which it was told. */
  get told(): readonly Told[] {
    return [...this.#told.values()];
  }

  /** In a guard that has seen everything itself, nothing is told: it would be told again what was undone since. */
  #requireTime(proposal: Sha256): void {
    const refuse = (what: string, hint: string): never => {
      throw new CeremonyError('DESCRIPTOR_INVALID', what, { hint });
    };
    if (!this.#setup.resumes)
      refuse(
        'this guard was not started to resume a ceremony: it knows what it did itself, and is told of nothing before it',
        'a ceremony that was interrupted goes on with --resume',
      );
    const { isBeingDecided, isGoingOn } = this.#setup.memory.deviations;
    if (isBeingDecided)
      refuse(
        'people are being asked whether the ceremony goes on: all of them read the same of what was done before the interruption',
        'begin again with --resume, and tell everything before anybody is asked',
      );
    if (isGoingOn)
      refuse(
        'the quorum has approved that the ceremony goes on: what was done before the interruption is told before that',
        'begin again with --resume',
      );
    if (this.#told.has(proposal))
      refuse(`the proposal ${proposal} was told to this guard before; each is told once`, 'begin again with --resume');
  }

  /** @throws CeremonyError DESCRIPTOR_INVALID for an operation that leaves nothing that a guard must know */
  #requireKind(operation: Operation, hsm: HsmSession): void {
    // An HSM whose PINs are not set here has nothing to be recalled but its keys: its people approved a look at all of it.
    const byShares = hsm.authorized.activation.means === 'shares';
    const isLeft = this.#setup.left.has(operation.hsm.name);
    const { op } = operation;
    if (
      op === 'rotate-activation' ||
      op === 'destroy-key' ||
      op === 'zeroize-token' ||
      op === 'set-key-state' ||
      op === 'record-loss'
    )
      return;
    if (op === 'wrap-key' || op === 'unwrap-key') return;
    if (op === 'sign' && (operation.kind === 'crl' || operation.kind === 'certificate')) return;
    if (op === 'prove-key' && isByCertificate(operation)) return;
    if (op === 'prepare-token' ? !isLeft : op === 'inventory' ? !byShares : op === 'generate-key' && isLeft) return;
    throw new CeremonyError('DESCRIPTOR_INVALID', `"${op}" has set no PIN of a token`);
  }

  async #take(operation: Operation, digest: Sha256, hsm: HsmSession, past: Past): Promise<void> {
    const { custody, destructions, losses, sightings, states } = this.#setup.memory;
    const { name } = operation.hsm;
    if (operation.op === 'rotate-activation') return recallRotation(custody, hsm, operation, digest, past.serial);
    if (operation.op === 'prepare-token') return await this.#prepared(operation, hsm, past);
    hsm.requireToken(operation.hsm);
    switch (operation.op) {
      case 'sign':
        return operation.kind === 'crl' ? this.#signed(operation, past) : this.#certified(operation, past);
      case 'prove-key':
        return this.#adopted(operation, past);
      // One that was left by earlier ceremonies has its sets from the ledger, and its new keys from their own approvals.
      case 'inventory':
      case 'generate-key':
        return await this.#hold(hsm, past.keys, operation.op === 'generate-key');
      case 'unwrap-key':
        return await this.#restored(operation, hsm, past.serial !== null);
      // A wrapping that was begun is finished with the set that it was begun with: its custodians prove it anew.
      case 'wrap-key':
        this.#requireNew(operation);
        return custody.holdKek(name, operation.set, operation.key, 'made-here');
      case 'set-key-state':
        if (past.serial === null) return;
        states.judge(operation, hsm);
        return states.decide(operation);
      case 'record-loss':
        if (past.serial === null) return;
        losses.judge(operation, this.#setup.inForce.roster, this.#setup.inForce.rosterAtFirst);
        return losses.declare(operation);
      case 'destroy-key': {
        const seen = past.serial === null ? undefined : await look(hsm);
        if (!seen) {
          sightings.perhapsGone(name, operation.key);
          return destructions.begin(operation, digest);
        }
        requireGone(hsm, seen, ({ spkiSha256 }) => spkiSha256 === operation.key, `the key ${operation.key}`);
        sightings.gone(name, operation.key);
        return destructions.complete(operation, hsm);
      }
      case 'zeroize-token': {
        const seen = past.serial === null ? undefined : await look(hsm);
        if (!seen) {
          sightings.allPerhapsGone(name);
          return destructions.beginAll(hsm, digest);
        }
        requireGone(hsm, seen, () => true, 'everything on it');
        sightings.allGone(name);
        return zeroized(operation, hsm, destructions, custody);
      }
    }
  }

  #signed(operation: Of<'sign'>, { payload, signature, serial }: Past): void {
    if (payload === undefined || sha256(payload) !== operation.payload.sha256)
      throw new CeremonyError('PAYLOAD_DIGEST', `the CRL of step "${operation.step}" is not the one that was approved`);
    const { memory } = this.#setup;
    const { spki, label } = memory.hsms.knownKey(operation.key);
    // What was approved and never signed says nothing of what is revoked: people are told of it, and that is all.
    const isSigned = serial !== null;
    if (isSigned) {
      requireSignature(spki, operation.mechanism, payload, signature ?? new Uint8Array(), label);
      memory.crls.remember(spki, payload);
    }
    memory.toldCrls.add(operation.key, payload, isSigned);
  }

  /** With its first certificate a key is in use; the signature shows that it was made. */
  #certified(operation: Of<'sign'>, { payload, signature, serial }: Past): void {
    if (payload === undefined || sha256(payload) !== operation.payload.sha256)
      throw new CeremonyError(
        'PAYLOAD_DIGEST',
        `the certificate of step "${operation.step}" is not the one that was approved`,
      );
    if (serial === null) return;
    const { hsms, states } = this.#setup.memory;
    const { spki, label } = hsms.knownKey(operation.key);
    requireSignature(spki, operation.mechanism, payload, signature ?? new Uint8Array(), label);
    states.certified(payload);
  }

  /** The authorization names its certificate, and its quorum approved that it was shown. */
  #adopted(operation: Of<'prove-key'>, { payload, serial }: Past): void {
    const { authorization, memory } = this.#setup;
    if (payload === undefined || serial === null || !isByCertificate(operation)) return;
    keyOfCertificate(operation, wholeOf(payload), authorization);
    memory.states.activate(operation.key);
  }

  /** Which key it is the ledger says, and whether it is there the HSM: from the core comes neither. */
  async #restored({ key }: Of<'unwrap-key'>, hsm: HsmSession, isDone: boolean): Promise<void> {
    const { ledger, restorations, destructions, sightings } = this.#setup.memory;
    const { name } = hsm.authorized;
    const row = ledger?.keys.find(({ spkiSha256 }) => spkiSha256 === key);
    if (!row) throw new CeremonyError('HSM_OBJECT_MISSING', `the ledger knows no key with SPKI digest ${key}`);
    if (!isDone) return restorations.begin(name, key);
    // It may have been destroyed since: what is told next says so, or nothing goes on.
    if (publicKeys(await look(hsm)).has(key)) sightings.seen(name, key);
    else sightings.unseen(name, key, `the key "${row.name}" was restored on "${name}"`, true);
    hsm.keys.set(key, { spki: Buffer.from(row.spki, 'base64'), label: row.label });
    restorations.end(name, key);
    destructions.restored(name, key);
  }

  /** @throws CeremonyError SHARE_FOREIGN_SET */
  #requireNew({ set }: Of<'wrap-key'>): void {
    if (!this.#setup.memory.ledger?.shareSets.some(({ id }) => id === set.id)) return;
    throw new CeremonyError(
      'SHARE_FOREIGN_SET',
      `the set ${set.id} is of an earlier ceremony by the ledger: it was not made to wrap a key with in this one`,
    );
  }

  async #prepared(operation: Of<'prepare-token'>, hsm: HsmSession, { serial, keys }: Past): Promise<void> {
    const { custody } = this.#setup.memory;
    const { name } = operation.hsm;
    if (custody.isRotated(name))
      throw new CeremonyError(
        'SHARE_FOREIGN_SET',
        `the sets that "${hsm.authorized.name}" was prepared with are superseded`,
      );
    custody.recall(name, operation.sets);
    if (serial === null) return;
    hsm.bind(serial);
    const facts = await hsm.publicly((client) => hsm.facts(client));
    if (facts.label !== operation.label) {
      throw new CeremonyError(
        'TOKEN_UNEXPECTED',
        `the token with serial ${serial} is labelled "${facts.label}"; the one that was prepared "${operation.label}"`,
      );
    }
    await this.#hold(hsm, keys, true);
  }

  /**
   * Which keys are on it the core says, and whether they are the HSM: one that it does not show is no copy of anything.
   * @param isOurs whether they were all made by a guard, which has each show its public key without a login: where others
   *   are shown, one that is not has been destroyed since, and what is told next says so
   */
  async #hold(hsm: HsmSession, keys: readonly KnownKey[], isOurs: boolean): Promise<void> {
    if (keys.length === 0) return;
    const { sightings } = this.#setup.memory;
    const { name } = hsm.authorized;
    const shown = publicKeys(await look(hsm));
    for (const { spki, label } of keys) {
      const key = sha256(spki);
      hsm.keys.set(key, { spki, label });
      if (shown.has(key)) sightings.seen(name, key);
      else sightings.unseen(name, key, `the key "${label}" is on "${name}"`, isOurs && shown.size > 0);
    }
  }
}

/** Digests of those that an HSM shows. */
function publicKeys(seen: readonly ObjectFacts[] | undefined): ReadonlySet<unknown> {
  return new Set(seen?.filter((object) => object.class === 'public-key').map(({ spkiSha256 }) => spkiSha256));
}

/**
 * What the HSM shows without a login. Undefined where it is not there: it may have been erased and handed over, and what is
 * said of it then stays unproven, so that it counts as begun.
 */
async function look(hsm: HsmSession): Promise<readonly ObjectFacts[] | undefined> {
  try {
    return await hsm.publicly(async (client) => {
      await hsm.facts(client);
      return await client.inventory(hsm.named);
    });
  } catch (error) {
    if (error instanceof CeremonyError && ABSENT.has(error.code)) return undefined;
    throw error;
  }
}

/** @throws CeremonyError TOKEN_UNEXPECTED */
function requireGone(
  { authorized: { name } }: HsmSession,
  seen: readonly ObjectFacts[],
  isIt: (object: ObjectFacts) => boolean,
  what: string,
): void {
  const left = seen.filter(isIt);
  if (left.length === 0) return;
  throw new CeremonyError(
    'TOKEN_UNEXPECTED',
    `the record says that ${what} was destroyed on "${name}", which still shows ${left.length} such objects without a login`,
    { hint: 'the record and the HSM differ: see what is on it before anything else is done' },
  );
}
