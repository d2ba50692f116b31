import type { Sha256 } from '../base/digest.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { type Descriptor, payloadOf, readDescriptor } from '../quorum/operation.ts';
import { approvalBytes } from '../quorum/statement.ts';
import type { CrlScope } from '../x509/crl-scope.ts';
import type { CertificateList } from '../x509/model.ts';

/** Longer than this no proposal stands, whatever the site says: people approve what they just saw. */
const LONGEST_STAND = 60 * 60;

export interface OpenProposal {
  readonly id: Sha256;
  readonly descriptor: Descriptor;
  readonly payload: Octets | null;
  /** Of a CRL: bytes of the one before it, as the core has them; null where it has none. */
  readonly brought: Octets | null;
  /** Of a key that is to be unwrapped: the wrapped key, as the core has it from a medium. Else null. */
  readonly wrapped: Uint8Array | null;
  /** Of the delta CRL after that one, likewise. */
  readonly broughtDelta: Octets | null;
  /**
   * SEQUENCE OF Certificate: of a CRL of a partition what the ledger has of those that it lists anew, or, where it begins, of all; of an
   * OCSP response by such CRLs those that it answers for. Else null.
   */
  readonly certificates: Uint8Array | null;
  /** The same once it was held to the ledger; null for a first CRL. */
  previous?: CertificateList | null;
  /** Scopes of all CRLs of its key, of the ledger and of this ceremony. */
  known?: readonly (CrlScope | undefined)[];
  readonly expires: string;
  /** The one statement that all approvers sign. */
  readonly statement: Uint8Array;
  readonly approvedBy: Set<string>;
  state: 'open' | 'consumed' | 'void';
}

/** The proposals of one ceremony. Each is consumed once, by the guard's own book and not by the caller's word. */
export class Proposals {
  readonly #all = new Map<Sha256, OpenProposal>();

  /** @throws CeremonyError DESCRIPTOR_INVALID, PAYLOAD_DIGEST, PROPOSAL_CONSUMED */
  register(
    ceremony: Sha256,
    request: {
      descriptor: Uint8Array;
      payload: Octets | null;
      previous?: Octets | null;
      wrapped?: Uint8Array | null;
      delta?: Octets | null;
      certificates?: Uint8Array | null;
      proposal: Sha256;
      expires: string;
    },
    now: string,
  ): OpenProposal {
    const descriptor = readDescriptor(request.descriptor);
    const { operation } = descriptor;
    if (this.#all.has(request.proposal)) {
      throw new CeremonyError('PROPOSAL_CONSUMED', `proposal ${request.proposal} was made before; each is made once`);
    }
    const named = payloadOf(operation);
    if (named) {
      const digest = request.payload ? sha256(request.payload) : 'missing';
      if (digest !== named.sha256 || request.payload?.length !== named.size) {
        throw new CeremonyError(
          'PAYLOAD_DIGEST',
          `the payload has SHA-256 ${digest}; the descriptor says ${named.sha256}`,
        );
      }
    } else if (request.payload) {
      throw new CeremonyError('PAYLOAD_DIGEST', `operation "${operation.op}" has no payload, but one was given`);
    }
    const isCrl = operation.op === 'sign' && operation.kind === 'crl';
    if ((request.previous || request.delta) && !isCrl)
      throw new CeremonyError(
        'PAYLOAD_DIGEST',
        `operation "${operation.op}" signs no CRL, but the one before it was given`,
      );
    if (request.certificates && !(operation.op === 'sign' && ['crl', 'ocsp-response'].includes(operation.kind)))
      throw new CeremonyError(
        'PAYLOAD_DIGEST',
        `operation "${operation.op}" signs no CRL and no OCSP response, but certificates that one is about were given`,
      );
    if (request.wrapped && operation.op !== 'unwrap-key')
      throw new CeremonyError(
        'PAYLOAD_DIGEST',
        `operation "${operation.op}" unwraps no key, but a wrapped one was given`,
      );
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(request.expires) || request.expires <= now) {
      throw new CeremonyError('PROPOSAL_EXPIRED', `the proposal expires at "${request.expires}", and it is ${now}`);
    }
    if (Date.parse(request.expires) - Date.parse(now) > LONGEST_STAND * 1000) {
      throw new CeremonyError(
        'DESCRIPTOR_INVALID',
        `the proposal would stand until ${request.expires}; at most ${LONGEST_STAND / 60} minutes are allowed`,
      );
    }
    const proposal: OpenProposal = {
      id: request.proposal,
      descriptor,
      payload: request.payload,
      brought: request.previous ?? null,
      wrapped: request.wrapped ?? null,
      broughtDelta: request.delta ?? null,
      certificates: request.certificates ?? null,
      expires: request.expires,
      statement: approvalBytes({
        ceremony,
        digest: descriptor.digest,
        expires: request.expires,
        operation: operation.op,
        proposal: request.proposal,
        step: operation.step,
      }),
      approvedBy: new Set(),
      state: 'open',
    };
    this.#all.set(proposal.id, proposal);
    return proposal;
  }

  /** @throws CeremonyError PROPOSAL_UNKNOWN, PROPOSAL_CONSUMED, PROPOSAL_VOID, PROPOSAL_EXPIRED */
  requireOpen(id: Sha256, now: string): OpenProposal {
    const proposal = this.#all.get(id);
    if (!proposal) throw new CeremonyError('PROPOSAL_UNKNOWN', `there is no proposal ${id}`);
    const step = proposal.descriptor.operation.step;
    if (proposal.state === 'consumed')
      throw new CeremonyError('PROPOSAL_CONSUMED', `the proposal of step "${step}" was used already`);
    if (proposal.state === 'void')
      throw new CeremonyError('PROPOSAL_VOID', `the proposal of step "${step}" was declined or withdrawn`);
    if (now > proposal.expires) {
      throw new CeremonyError(
        'PROPOSAL_EXPIRED',
        `the proposal of step "${step}" expired at ${proposal.expires}; it is ${now}`,
        {
          hint: 'propose the operation again',
        },
      );
    }
    return proposal;
  }

  withdraw(id: Sha256): void {
    const proposal = this.#all.get(id);
    if (proposal?.state === 'open') proposal.state = 'void';
  }

  /** Whether an open, approved proposal for that HSM still waits for its execution. */
  isAwaited(hsm: string, now: string): boolean {
    return [...this.#all.values()].some(
      (one) =>
        one.state === 'open' &&
        one.approvedBy.size > 0 &&
        one.expires >= now &&
        one.descriptor.operation.hsm.name === hsm,
    );
  }

  /** What was proposed before that one, and is still to be done. */
  openBefore(proposal: OpenProposal): readonly OpenProposal[] {
    const all = [...this.#all.values()];
    return all.slice(0, all.indexOf(proposal)).filter(({ state }) => state === 'open');
  }

  /** Operations of open proposals for that HSM that people have approved, with who did; of those that have lapsed too. */
  approved(hsm: string): readonly OpenProposal[] {
    return [...this.#all.values()].filter(
      ({ state, approvedBy, descriptor }) =>
        state === 'open' && approvedBy.size > 0 && descriptor.operation.hsm.name === hsm,
    );
  }

  withdrawAll(): void {
    for (const id of this.#all.keys()) this.withdraw(id);
  }
}
