import { canonicalJson } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { type Octets, wholeOf } from '../base/octets.ts';
import { scopesOfKey } from '../ledger/carried.ts';
import { CLASS_OF, type Operation } from '../quorum/operation.ts';
import { type Member, ruleFor } from '../quorum/roster.ts';
import { isByCertificate, keyOfCertificate } from './adopted-key.ts';
import { crlBefore } from './crl-payload.ts';
import type { HsmSession, KnownKey } from './hsm.ts';
import type { InForce } from './in-force.ts';
import { holdInOnePartition } from './issued-in-two.ts';
import { judgeWrap } from './key-backup.ts';
import { judgeUnwrap } from './key-restoration.ts';
import { holdListToKind } from './list-payload.ts';
import type { Memory } from './memory.ts';
import { holdPayloadToKind } from './payload.ts';
import type { OpenProposal } from './proposals.ts';
import { judgeRotation } from './rotation.ts';
import { holdSealedToRoster } from './sealed-to-roster.ts';
import type { GuardSetup } from './setup.ts';
import { judgeZeroization } from './token-zeroization.ts';

type Of<Name extends Operation['op']> = Extract<Operation, { op: Name }>;

/** Whether a proposal is one that this guard would carry out, apart from its approvals; and who may approve it. */
export class Judging {
  readonly #authorization: GuardSetup['authorization'];
  readonly #inForce: InForce;
  readonly #memory: Memory;

  constructor({ authorization }: Pick<GuardSetup, 'authorization'>, inForce: InForce, memory: Memory) {
    this.#authorization = authorization;
    this.#inForce = inForce;
    this.#memory = memory;
  }

  /**
   * Asked when it is proposed, and once more before it is carried out. A CRL gets the one before it.
   * @param when what is proposed may need what is proposed before it, and is not done yet
   * @throws CeremonyError why not
   */
  judge(proposal: OpenProposal, when: 'proposed' | 'carried-out'): void {
    const { operation } = proposal.descriptor;
    const { hsms, destructions, losses, proposals, states, known, drawn } = this.#memory;
    const hsm = hsms.get(operation.hsm.name);
    ruleFor(this.#inForce.roster, CLASS_OF[operation.op]);
    hsm.requireToken(operation.hsm);
    destructions.holdUse(operation);
    const open = when === 'proposed' ? proposals.openBefore(proposal) : [];
    states.holdUse(operation, proposal.payload, open);
    switch (operation.op) {
      case 'prepare-token':
        this.#judgePreparation(operation, hsm);
        break;
      case 'rotate-activation':
        hsm.requireShares();
        judgeRotation(this.#memory.custody, hsm, operation);
        break;
      case 'generate-key':
        holdToBehaviour(operation, hsm);
        break;
      case 'sign':
        holdPayloadToKind(operation, proposal.payload as Octets, known, proposal.certificates);
        if (operation.kind === 'crl') this.#judgeCrl(operation, proposal);
        if (operation.kind === 'certificate') this.#judgeIssued(operation, wholeOf(proposal.payload as Octets));
        break;
      case 'sign-list':
        holdListToKind(operation, wholeOf(proposal.payload as Octets), drawn);
        this.#judgeIssued(operation, wholeOf(proposal.payload as Octets));
        break;
      case 'prove-key':
        this.keyToProve(operation, proposal.payload);
        break;
      case 'wrap-key':
        hsm.requireShares();
        judgeWrap(this.#memory.custody, hsm, this.#inForce.roster, operation, this.#memory.ledger);
        break;
      case 'unwrap-key':
        this.keyToRestore(hsm, operation, proposal);
        break;
      case 'set-key-state':
        states.judge(operation, hsm);
        break;
      case 'record-loss':
        losses.judge(operation, this.#inForce.roster);
        break;
      case 'destroy-key':
        this.keyToDestroy(operation, hsm);
        break;
      case 'zeroize-token':
        hsm.requireShares();
        judgeZeroization(operation, hsm, this.#memory.custody, destructions, hsms.all(), this.#memory.ledger);
        break;
      case 'inventory':
        break;
    }
    holdSealedToRoster(this.#inForce.roster, operation);
  }

  /** @throws CeremonyError APPROVAL_ROLE, APPROVAL_DUPLICATE */
  mayApprove(member: Member, { descriptor, approvedBy }: OpenProposal): void {
    const { op, step } = descriptor.operation;
    const rule = ruleFor(this.#inForce.roster, CLASS_OF[op]);
    if (member.role !== rule.role) {
      throw new CeremonyError(
        'APPROVAL_ROLE',
        `"${member.seat}" is ${member.role}; class "${CLASS_OF[op]}" is approved by ${rule.role}`,
      );
    }
    if (approvedBy.has(member.seat)) {
      throw new CeremonyError(
        'APPROVAL_DUPLICATE',
        `"${member.seat}" approved step "${step}" before; one person counts once`,
      );
    }
  }

  /** Of its certificate, where one comes with the operation; else one that is known. */
  keyToProve(operation: Of<'prove-key'>, payload: Octets | null): KnownKey {
    return isByCertificate(operation)
      ? keyOfCertificate(operation, wholeOf(payload as Octets), this.#authorization)
      : this.#memory.hsms.knownKey(operation.key);
  }

  /** @throws CeremonyError what `judgeUnwrap` throws */
  keyToRestore(hsm: HsmSession, operation: Of<'unwrap-key'>, { wrapped }: OpenProposal) {
    return judgeUnwrap(this.#memory, hsm, operation, wrapped);
  }

  /** @throws CeremonyError HSM_OBJECT_MISSING, DESCRIPTOR_INVALID */
  keyToDestroy(operation: Of<'destroy-key'>, hsm: HsmSession): KnownKey {
    const { destructions, hsms, ledger } = this.#memory;
    return destructions.judge(operation, hsm, hsms.all(), ledger);
  }

  #judgeCrl(operation: Of<'sign'>, proposal: OpenProposal): void {
    const { crls, ledger, shown } = this.#memory;
    const { here, beside } = crls.holdFirst(operation.key, proposal.payload as Octets);
    proposal.known = [...(ledger ? scopesOfKey(ledger, operation.key) : []), ...beside];
    proposal.previous = crlBefore(operation, proposal, ledger, shown, here, beside) ?? null;
  }

  #judgeIssued(operation: Of<'sign'> | Of<'sign-list'>, payload: Uint8Array): void {
    const { crls, ledger } = this.#memory;
    holdInOnePartition(operation, payload, [
      ...(ledger ? scopesOfKey(ledger, operation.key) : []),
      ...crls.scopesOf(operation.key),
    ]);
  }

  #judgePreparation(operation: Of<'prepare-token'>, hsm: HsmSession): void {
    const { name } = operation.hsm;
    hsm.requireShares();
    if (hsm.serial !== null)
      throw new CeremonyError('TOKEN_UNEXPECTED', `"${name}" has been prepared; that is done once`);
    if (canonicalJson(this.#memory.custody.setsOf(name)) !== canonicalJson(operation.sets)) {
      throw new CeremonyError('SHARE_FOREIGN_SET', `the share sets of the descriptor are not those made for "${name}"`);
    }
    if (operation.wipes !== null)
      throw new CeremonyError('TOKEN_UNEXPECTED', `"${name}" would be wiped; only a blank token is prepared`);
  }
}

/** What an HSM is not told is the authorization's to say. @throws CeremonyError DESCRIPTOR_INVALID */
function holdToBehaviour({ behavesAs }: Of<'generate-key'>, { authorized }: HsmSession): void {
  if (behavesAs === authorized.behavesAs) return;
  throw new CeremonyError(
    'DESCRIPTOR_INVALID',
    `the operation has "${authorized.name}" behave as ${behavesAs ?? 'every other'}, the authorization as ${authorized.behavesAs ?? 'every other'}`,
  );
}
