import type { Sha256 } from '../base/digest.ts';
import type { Octets } from '../base/octets.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ChangedRoster } from '../pack/changed-roster.ts';
import type { Manifest } from '../pack/manifest.ts';
import type { ChainLineRead, EventLine } from '../pack/pack-reader.ts';
import type { Person } from '../pack/people.ts';
import type { Sum } from '../pack/sums.ts';
import type { Plan } from '../plan/plan.ts';
import type { Exchange } from '../plan/plan-in-force.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { OperationClass } from '../quorum/classes.ts';
import type { ApprovalCount } from '../quorum/count.ts';
import type { Descriptor, Operation } from '../quorum/operation.ts';
import type { Roster } from '../quorum/roster.ts';
import type { ChainLine } from '../transcript/chain.ts';
import type { Event, EventType } from '../transcript/event.ts';
import type { CertificationRequest } from '../x509/certification-request.ts';
import type { Certificate, CertificateList, SubjectPublicKeyInfo } from '../x509/model.ts';
import type { OcspResponse } from '../x509/ocsp-response.ts';
import type { SignedItem } from './signed-items.ts';

export type EventOf<T extends EventType> = Extract<Event, { readonly type: T }>;
export type DescriptorOf<O extends Operation['op']> = Descriptor & {
  readonly operation: Extract<Operation, { readonly op: O }>;
};

/** One proposal and everything in the transcript that speaks of it, in order. */
export interface Proposal {
  readonly seq: number;
  readonly event: EventOf<'proposed'>;
  readonly descriptor: Descriptor;
  /** The one statement that its approvers signed, made again from the record: `approvals/<seq>.json` must be these bytes. */
  readonly statement: Uint8Array;
  readonly approvals: readonly EventOf<'approval'>[];
  readonly declined: readonly EventOf<'declined'>[];
  readonly intents: readonly EventOf<'intent'>[];
  readonly results: readonly EventOf<'result'>[];
}

/** A recorded departure from the script, and who approved or declined it. */
export interface Deviation {
  readonly seq: number;
  readonly event: EventOf<'deviation'>;
  /** The one statement that its approvers signed, made again from the record. */
  readonly statement: Uint8Array;
  readonly approvals: readonly EventOf<'approval'>[];
  readonly declined: readonly EventOf<'declined'>[];
}

/** Something that people approve by signature: a proposal or a deviation. */
export interface Ballot {
  /** Seq of the event that puts it up. */
  readonly seq: number;
  /** What messages call it: `the proposal in event 69`. */
  readonly what: string;
  readonly operationClass: OperationClass;
  /** `approvals/<seq>.json` must be these bytes. */
  readonly statement: Uint8Array;
  readonly approvals: readonly EventOf<'approval'>[];
  /** Whether people were asked: then the statement must be there. */
  readonly asked: boolean;
}

/** An operation that the record says was done. */
export interface Done<O extends Operation['op'] = Operation['op']> {
  readonly proposal: Proposal;
  readonly operation: Extract<Operation, { readonly op: O }>;
  readonly result: EventOf<'result'>;
}

/** A key pair that was generated in this ceremony, its public key read from the result. */
export interface GeneratedKey {
  readonly done: Done<'generate-key'>;
  readonly spki: SubjectPublicKeyInfo;
  /** SHA-256 of `spki.der`. */
  readonly digest: Sha256;
}

/** A key that may sign: one that was generated here, or one of an earlier ceremony that the plan uses. */
export interface KnownKey {
  readonly spki: SubjectPublicKeyInfo;
  readonly digest: Sha256;
  /** The plan's name for the HSM that it is on. */
  readonly hsm: string;
  /** Seq of the event since which it is there; 0 for one that was there before. */
  readonly since: number;
}

/** What a key signed, alone or in a list, with the bytes that were approved. */
export interface SignedFile<T, Bytes extends Octets = Uint8Array> {
  readonly done: Done<'sign'> | Done<'sign-list'>;
  readonly item: SignedItem;
  readonly path: string;
  readonly der: Bytes;
  readonly content: T;
  /** Of `approvals/<seq>.tbs` what is its own. */
  readonly payload: Bytes;
  /** The key that the descriptor names, if it is known. */
  readonly key: KnownKey | undefined;
}

/** A certificate or CRL that an operation made. */
export interface IssuedFile<T, Bytes extends Octets = Uint8Array> extends SignedFile<T, Bytes> {
  /**
   * The certificate of the CA that signed, of this ceremony or an earlier one: it certifies that key under the name of the
   * issuer. Of a self-signed certificate that is itself.
   */
  readonly issuer: PackCertificate | undefined;
  /** That one and those above it, as the script names them, as far as the pack has them. */
  readonly chain: readonly PackCertificate[];
}

/** A certificate that lies in the pack, whoever made it. */
export interface PackCertificate {
  readonly path: string;
  readonly content: Certificate;
}

/** What checks work with: each is read or derived once, and is whole; what cannot be read is a finding of its owner. */
export interface Parts {
  readonly manifest: Manifest;
  readonly sums: readonly Sum[];
  readonly eventLines: readonly EventLine[];
  readonly chainLines: readonly ChainLineRead[];
  /** Every chain line, read. */
  readonly chain: readonly ChainLine[];
  /** Every event, held to its shape; withheld lines left out. */
  readonly events: readonly Event[];
  readonly opening: EventOf<'opening'>;
  /** SHA-256 of event line 1. */
  readonly ceremony: Sha256;
  /** SHA-256 of chain line i, at index i − 1: the head after event i. */
  readonly heads: readonly Sha256[];
  /** With which the ceremony began. */
  readonly roster: Roster;
  /** What took its place, or null. */
  readonly changed: ChangedRoster | null;
  /** The one in force when the event of that seq was recorded, and at the end of the record. */
  readonly rosterAt: (seq: number) => Roster;
  readonly rosterAtEnd: Roster;
  readonly authorization: Authorization;
  readonly people: ReadonlyMap<string, Person>;
  readonly ledger: Ledger;
  /** Ledger of the pack before; null where the authorization names none. */
  readonly before: Ledger | null;
  /** Derived again from script, site, roster and authorization; never plan.json. */
  readonly plan: Plan;
  /** The same as it is in force when the event of that seq is recorded: with everybody who had come for somebody else. */
  readonly planAt: (seq: number) => Plan;
  /** Who came for whom, as far as enough people had approved it at once. */
  readonly exchanges: readonly Exchange[];
  readonly proposals: readonly Proposal[];
  /** By the `proposed` event's seq: who approved, counted again. */
  readonly counts: ReadonlyMap<number, ApprovalCount>;
  readonly deviations: readonly Deviation[];
  /** By the `deviation` event's seq: whose approvals hold, counted again. */
  readonly deviationCounts: ReadonlyMap<number, ApprovalCount>;
  readonly ballots: readonly Ballot[];
  readonly done: readonly Done[];
  readonly keys: readonly GeneratedKey[];
  readonly knownKeys: readonly KnownKey[];
  /** Those of earlier ceremonies that the pack carries, and those of this one, as far as they can be read. */
  readonly packCertificates: readonly PackCertificate[];
  readonly certificates: readonly IssuedFile<Certificate>[];
  readonly crls: readonly IssuedFile<CertificateList, Octets>[];
  /** What this CA asks of others: no issuer of ours stands above it. */
  readonly requests: readonly SignedFile<CertificationRequest>[];
  /** Answers about certificates of a CA of ours, by itself or by a responder. */
  readonly ocspResponses: readonly SignedFile<OcspResponse>[];
  /** Nothing but a condition: all that was signed is there, can be read, and its key is known. */
  readonly wholeProducts: true;
}

export type PartName = keyof Parts;
