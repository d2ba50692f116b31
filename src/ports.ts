import type { JsonObject } from './base/canonical-json.ts';
import type { Sha256 } from './base/digest.ts';
import type { CeremonyError } from './base/errors.ts';
import type { Octets } from './base/octets.ts';
import type { OcspAnswers } from './pki/ocsp-response.ts';
import type { OwnRequest } from './pki/own-request.ts';
import type { CertificateRequest, CrlRequest } from './pki/request.ts';
import type { PlannedAct, PlannedStep } from './plan/plan.ts';
import type { ShareSet } from './quorum/share-set.ts';
import type { Event, OpeningEvent } from './transcript/event.ts';

/** Ambient time. Whole seconds of UTC, as `2027-03-01T09:00:00Z`. */
export interface Clock {
  now(): string;
  /** Milliseconds since the epoch, for measuring. */
  milliseconds(): number;
}

export interface Random {
  bytes(length: number): Uint8Array;
}

/** A question to the people in the room. Every answer is typed: nothing is assumed. */
export interface Question {
  readonly step: string;
  /** Who answers. */
  readonly seat: string;
  readonly text: string;
  readonly kind:
    | 'confirm'
    | 'yes-no'
    | 'utc'
    | 'date'
    | 'integer'
    | 'serial'
    | 'text'
    | 'words'
    | 'digits'
    | 'bag'
    | 'new-bag'
    | 'phrase';
  /** For serials: `9` a digit, `#` a capital letter, the rest literal. */
  readonly shape?: string;
  /** For words: the value on the screen (hex), what it is compared with, and which value it is; for bags, what is in it; for a phrase, itself. */
  readonly shown?: string;
  readonly against?: 'print' | 'paper' | 'another-machine' | 'authorization';
  readonly subject?: string;
  /** What is wrong with an answer, or undefined: what people typed wrong is asked again, while a wrong answer ends the step. */
  readonly problem?: (typed: string) => string | undefined;
  /** What speaks against an answer that could be one: people decide whether they type it again, or it is what they meant. */
  readonly doubt?: (typed: string) => string | undefined;
}

/** What people want at a prompt instead of answering it. */
export type Interjection =
  | {
      readonly interject: 'deviation';
      readonly what: string;
      readonly why: string;
      readonly effect: 'none' | 'skip' | 'repeat';
      /** Seats that agree to it. */
      readonly agreed: readonly string[];
    }
  /** `leaves`, `comes`: seats of the same role; the second is not filled yet. `agreed` as above. */
  | {
      readonly interject: 'exchange';
      readonly what: string;
      readonly why: string;
      readonly leaves: string;
      readonly comes: string;
      readonly agreed: readonly string[];
    }
  /** `stays`: seats that stay with the equipment. */
  | { readonly interject: 'pause'; readonly why: string; readonly stays: readonly string[] }
  /** `answer`: seq of the answer that is corrected; `values`: all of its values, as they are to be. */
  | { readonly interject: 'correction'; readonly answer: number; readonly values: JsonObject; readonly why: string }
  | { readonly interject: 'abort'; readonly why: string };

/** How far the approvals of something are, and whose are still needed. Members are seats. */
export interface Tally {
  /** What is approved, in words. */
  readonly of: string;
  readonly approved: readonly string[];
  /** Who may still approve it, and how many of them must. */
  readonly able: readonly string[];
  readonly missing: number;
}

/** A decision that people take: nothing is chosen for them. */
export interface Choice {
  readonly step: string;
  readonly text: string;
  /** Where somebody is chosen who presents a token: the options are seats then. */
  readonly tallies?: readonly Tally[];
  /** Whether people may want something else instead: not while what they wanted is being done. */
  readonly menu: boolean;
  readonly options: readonly { readonly name: string; readonly text: string }[];
}

/** Whose token is needed next: nobody else's would do. */
export interface Call {
  readonly seat: string;
  readonly tallies: readonly Tally[];
  /** As at a choice. */
  readonly menu: boolean;
}

/** Where a ceremony is, for those who watch. */
export interface Place {
  readonly step: PlannedStep;
  readonly act: PlannedAct;
  /** Position of the step, from 1, of all steps. */
  readonly position: { readonly index: number; readonly of: number };
  /** What the step does, in words. */
  readonly describes: readonly string[];
  readonly irreversible: boolean;
  /** Whether the step begins with a question of its own, so that nobody need be asked whether they are ready. */
  readonly asks: boolean;
  /** The record so far. */
  readonly events: () => readonly Event[];
  /** Who is here now; `others`: members of the roster who could come in their place. */
  readonly here: () => readonly Here[];
}

export interface Here {
  readonly seat: string;
  readonly others: readonly string[];
}

/** The people in the room, as the runner has them: they may answer, or want something else first. */
export interface People {
  /** The ceremony is open: people compare what is run with their papers, and write its id down. */
  open(opening: OpeningEvent, ceremony: Sha256): Promise<void>;
  /** An act has ended: people write the head of the record down. */
  endAct(act: PlannedAct, head: Sha256): Promise<void>;
  say(lines: readonly string[]): Promise<void>;
  ask(question: Question): Promise<string | Interjection>;
  /** @returns the name of an option, or what people want instead where there is a menu */
  choose(choice: Choice): Promise<string | Interjection>;
  /** Somebody is called to present their token; resolves when they do, or want something else where there is a menu. */
  call(call: Call): Promise<Interjection | undefined>;
  /** A step has begun; resolves when people are ready for it. */
  enter(place: Place): Promise<Interjection | undefined>;
  /** A step is about to end; `recorded`: what it left in the record. */
  leave(place: Place, recorded: readonly Event[]): Promise<Interjection | undefined>;
}

/** The people as a step has them. PINs never pass here: the guard reads those itself. */
export interface Terminal {
  /** Narration, one paragraph. */
  say(lines: readonly string[]): Promise<void>;
  ask(question: Question): Promise<string>;
}

/** Files to be made, with their bytes; not all of them need be in memory at once. */
export type NewFiles =
  | Iterable<readonly [path: string, bytes: Octets]>
  | AsyncIterable<readonly [path: string, bytes: Octets]>;

/** The output folder. Files are created exclusively, written whole and made durable; nothing is ever overwritten. */
export interface Files {
  /** Durable when it resolves. @throws CeremonyError OUTPUT_EXISTS, OUTPUT_UNWRITABLE, OUTPUT_FULL */
  create(path: string, bytes: Octets): Promise<void>;
  /** The same for many files at once; all are durable when it resolves. A refusal may leave some of them, each whole. */
  createAll(files: NewFiles): Promise<void>;
  /** Appends lines, and the line feed of the last, to a file of the transcript; durable when it resolves. */
  append(path: string, lines: string): Promise<void>;
  /**
   * @param most a larger file is refused before any of it is read; where it is not said, the file is our own
   * @throws CeremonyError FILE_MISSING, FILE_UNREADABLE, FILE_TOO_LARGE; PATH_REFUSED for a link
   */
  read(path: string, most?: number): Promise<Uint8Array>;
  /** The same, where they are: read when somebody looks at them. @throws CeremonyError as `read` */
  open(path: string, most?: number): Promise<Octets>;
  list(): Promise<readonly string[]>;
}

/** A folder in which a program that was killed may have left files whose names are not durable yet. */
export interface SettledFiles extends Files {
  /** The names of files that are there, and of the folders that they are in, are durable when it resolves. */
  settle(paths: readonly string[]): Promise<void>;
}

/** The output folder of a ceremony that was interrupted. */
export interface RecoverableFiles extends SettledFiles {
  /** Gives a file another name in the folder; durable when it resolves. @throws CeremonyError OUTPUT_EXISTS */
  setAside(path: string, to: string): Promise<void>;
  /** Cuts a file of the transcript to this length, in bytes; durable when it resolves. */
  truncate(path: string, length: number): Promise<void>;
}

/** One of two folders that hold the same. */
export interface CopyFiles extends RecoverableFiles {
  /** Appends these bytes to a file of the transcript that is there; durable when it resolves. */
  extend(path: string, bytes: Uint8Array): Promise<void>;
}

/** Two folders that hold the same record: where one of them is lost, people decide how it goes on. */
export interface Copies {
  /** Why one of them is written no more, until people have decided: COPY_LOST. */
  readonly lost: CeremonyError | undefined;
  /** Completes the lost one from the other. @throws CeremonyError COPY_LOST, COPY_DIFFERS: nothing in it was changed then */
  restore(): Promise<void>;
  /** From here on there is one. */
  forgo(): void;
}

/** Keys that lie in files of this computer, below the folder that the site names: read, and never written. */
export type KeyFiles = Pick<Files, 'list' | 'read'>;

/** What lies in a folder. A link is never followed. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** The files of a medium, which strangers may have put there. */
export interface MediumFiles extends Files {
  /**
   * What lies directly in a folder, in no order.
   * @param most of many more, one more than this is listed
   * @throws CeremonyError FILE_MISSING, FILE_UNREADABLE; PATH_REFUSED for a link or a file
   */
  entries(folder: string, most: number): Promise<readonly FolderEntry[]>;
}

/** A medium: a mounted folder outside the output folder, named by the site. */
export interface Medium {
  readonly name: string;
  readonly at: string;
  readonly files: MediumFiles;
}

export interface Presented {
  readonly seat: string;
  /** Serial and origin of the token that was presented, and the tries it reported to have left in words. */
  readonly token: string;
  readonly origin: string;
  readonly tries: string;
}

export interface RollCall extends Presented {
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * What a person decided on a proposal or a deviation: a signature with serial and origin of the token that made it, or
 * a reason for declining, which takes no token; null where the token that was to sign did not.
 */
export type ApprovalDecision =
  | { readonly signature: Uint8Array; readonly token: string; readonly origin: string }
  | { readonly declined: string }
  | null;

export interface Approved {
  readonly seat: string;
  /** For each proposal asked for, in order. What was declined is void, whatever else failed. */
  readonly decisions: readonly ApprovalDecision[];
  /** Why the decisions that are null are so. */
  readonly failure?: CeremonyError;
  /** Ids of the share sets whose share of this person was opened and held to its record. */
  readonly opened: readonly string[];
}

/** Whose token is enrolled, and how it gets its keys. */
export interface EnrolRequest {
  readonly seat: string;
  readonly role: string;
  readonly serial: string;
  readonly model: string;
  readonly keys: 'generated' | 'adopted';
  /** Of keys that are made. */
  readonly algorithm: string;
  /** Labels of the keys to adopt, or null. */
  readonly sign: string | null;
  readonly open: string | null;
  /** SHA-256 of the SubjectPublicKeyInfo of its signing key, where it is known by that; else null. */
  readonly key: string | null;
  /** ISO 8601 duration, from now. */
  readonly validity: string;
}

export interface EnrolledToken extends Presented {
  /** What the token signed: whose it is, with its certificates. */
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
  /** What the holder compares on another computer. */
  readonly fingerprint: Sha256;
  /** What the token reports of both private keys. */
  readonly attributes: JsonObject;
}

/** A proposal handed to the guard: it recomputes the digests, and renders the screen from these very bytes. */
export interface GuardProposal {
  readonly descriptor: Uint8Array;
  readonly payload: Octets | null;
  /** Of a CRL: the one before it, which the guard holds to its own ledger. */
  readonly previous?: Octets;
  /** Of a key that is to be unwrapped: the wrapped key, from a medium. The record has its digest, and never it. */
  readonly wrapped?: Uint8Array;
  /** And the delta CRL after it, likewise. */
  readonly delta?: Octets;
  /**
   * SEQUENCE OF Certificate, likewise: of a CRL of a partition what the ledger has of those that it lists anew, of an OCSP response by
   * such CRLs those that it answers for.
   */
  readonly certificates?: Uint8Array;
  /** SHA-256 of the chain line of the `proposed` event. */
  readonly proposal: Sha256;
  readonly expires: string;
}

/** What one presentation gives for a change of the roster: null for what that person does not sign. */
export interface SignedRosterChange extends Presented {
  readonly signature: Uint8Array | null;
  readonly approval: Uint8Array | null;
}

/** The guard: the process that decides. Every method may throw a CeremonyError; nothing has been done then. */
export interface Guard {
  /** Binds the guard to this ceremony, once. */
  begin(ceremony: Sha256): Promise<void>;
  /**
   * One HSM, by its name in script and authorization: facts, mechanisms and public objects, without a login.
   * @param left label of the token that an interrupted preparation may have left where a blank one was
   */
  inspect(hsm: string, left?: string): Promise<JsonObject>;
  /** @param count how often so many bytes are drawn, once unless told; they come one behind the other */
  random(hsm: string, length: number, count?: number): Promise<Uint8Array>;
  rollCall(seat: string): Promise<RollCall>;
  /** One token gets its keys, opens a test envelope, and signs whose it is. */
  enrol(request: EnrolRequest): Promise<EnrolledToken>;
  /** After an interruption, a token that was enrolled before it is presented once more: it has both keys, and signs the same. */
  recallEnrolment(statement: Uint8Array, signature: Uint8Array): Promise<{ signature: Uint8Array } & Presented>;
  /** One member's token signs the roster that is about to be. */
  signRoster(seat: string, roster: Uint8Array): Promise<{ signature: Uint8Array } & Presented>;
  /** The roster by which everything is judged from here on, signed by all its token holders (seat → signature). */
  enactRoster(roster: Uint8Array, signatures: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** One person's token signs the roster that is to follow the one in force, approves the change, or both. */
  signNextRoster(seat: string, roster: Uint8Array): Promise<SignedRosterChange>;
  /** That roster takes effect: signed by all its token holders, approved by the quorum of the one before (seat → signature). */
  enactNextRoster(
    roster: Uint8Array,
    signatures: ReadonlyMap<string, Uint8Array>,
    approvals: ReadonlyMap<string, Uint8Array>,
  ): Promise<void>;
  /** Makes the activation secrets of a token, splits and seals them: records and envelope files (name → bytes). */
  makeShareSets(request: {
    hsm: string;
    label: string;
    holders: readonly string[];
    userThreshold: number;
    soThreshold: number;
  }): Promise<{ sets: readonly ShareSet[]; envelopes: ReadonlyMap<string, Uint8Array> }>;
  /** The same for one set that is to replace the token's current one of its kind; it opens nothing before it has. */
  makeNextShareSet(request: {
    hsm: string;
    kind: ShareSet['kind'];
    holders: readonly string[];
    threshold: number;
  }): Promise<{ set: ShareSet; envelopes: ReadonlyMap<string, Uint8Array> }>;
  /** The same for the secret that a key of this HSM, by its SHA-256, is wrapped with, for that once. */
  makeKekSet(request: {
    hsm: string;
    key: Sha256;
    holders: readonly string[];
  }): Promise<{ set: ShareSet; envelopes: ReadonlyMap<string, Uint8Array> }>;
  /** Registers a proposal and returns the one statement that all approvers sign. */
  propose(proposal: GuardProposal): Promise<Uint8Array>;
  /**
   * One presentation of a person's token: signs each statement, opens the person's envelopes (name → bytes). Where all
   * is declined no token is asked for. What fails after something was declined is returned with that, else thrown.
   */
  approve(seat: string, proposals: readonly Sha256[], envelopes: ReadonlyMap<string, Uint8Array>): Promise<Approved>;
  /**
   * Recombines every threshold-subset of the sets that are about to be put to use, out of the shares just opened: by all
   * custodians, or for a set that replaces another by one more than its threshold. Returns how many, per set id.
   */
  proveShareSets(hsm: string): Promise<JsonObject>;
  /** The same for a set under which a key is about to be wrapped, by all its custodians. */
  proveKekSet(hsm: string, set: string): Promise<JsonObject>;
  /**
   * Prints the share of one custodian of a set that all have just proven, and has them read it back. `before`: what the record
   * says of a page of theirs; one that was read back is read back once more instead. Returns when the page was printed, null
   * for that one, and how many this guard has sent to the printer.
   */
  printShare(request: {
    readonly hsm: string;
    readonly set: string;
    readonly seat: string;
    readonly ca: string;
    readonly before: 'none' | 'printing' | 'read-back';
  }): Promise<{ seat: string; printedAt: string | null; pages: number }>;
  /** After an interruption: what the quorum had approved for an HSM, with those approvals, and what came of it. */
  recall(past: {
    readonly descriptor: Uint8Array;
    readonly proposal: Sha256;
    readonly expires: string;
    readonly approvals: readonly { readonly seat: string; readonly signature: Uint8Array }[];
    /** Of the token that was prepared, or whose activation was rotated; null where it is not known whether that was done. */
    readonly serial: string | null;
    /** Public keys made on it since, with their labels. */
    readonly keys: readonly { readonly spki: string; readonly label: string }[];
    /** TBSCertList of a CRL; where it is known to be signed, what its key signed it with. */
    readonly payload?: Octets;
    readonly signature?: Uint8Array;
  }): Promise<void>;
  /**
   * Makes a deviation known: until its quorum has approved it, nothing is proposed and no HSM is used.
   * @param approvals signed before an interruption
   */
  deviate(
    statement: Uint8Array,
    approvals?: readonly { readonly seat: string; readonly signature: Uint8Array }[],
  ): Promise<void>;
  /** One presentation of a person's token: signs the deviation's statement. Declining takes no token. */
  approveDeviation(seat: string, statement: Uint8Array): Promise<Approved>;
  /** Logs every HSM out, and voids what is proposed: nobody uses one while the room is left. */
  lock(): Promise<void>;
  /** Voids a proposal: declined, aborted, or its step was left. */
  withdraw(proposal: Sha256): Promise<void>;
  /** Counts the quorum, opens the activation if it is not open, does the operation. Facts for the `result` event. */
  execute(
    proposal: Sha256,
    approvals: readonly { readonly seat: string; readonly signature: Uint8Array }[],
  ): Promise<{ facts: JsonObject; bytes: Uint8Array }>;
  /** Logs out, ends the token process of that HSM, and shows that a use is refused afterwards. */
  deactivate(hsm: string): Promise<JsonObject>;
  /** Signs an attestation with the person's token, after showing it to them. */
  attest(seat: string, statement: Uint8Array): Promise<{ signature: Uint8Array } & Presented>;
  /** After this no HSM operation is done any more, whoever asks. */
  signOff(): Promise<void>;
  signManifest(seat: string, manifest: Uint8Array): Promise<{ signature: Uint8Array } & Presented>;
}

/** The guard as a step has it: what goes by the quorum goes by `Operations`. */
export type StepGuard = Pick<
  Guard,
  | 'attest'
  | 'deactivate'
  | 'enactNextRoster'
  | 'enactRoster'
  | 'enrol'
  | 'inspect'
  | 'lock'
  | 'makeKekSet'
  | 'makeNextShareSet'
  | 'makeShareSets'
  | 'printShare'
  | 'proveKekSet'
  | 'proveShareSets'
  | 'random'
  | 'recallEnrolment'
  | 'rollCall'
  | 'signNextRoster'
  | 'signOff'
  | 'signRoster'
>;

/** Issuing: requests and filled holes → to-be-signed bytes → certificates and CRLs. */
export interface Issue {
  tbsCertificate(request: CertificateRequest, holes: { spki: Uint8Array; serial: Uint8Array }): Promise<Uint8Array>;
  /** What it keeps of the CRL before stays where that is. */
  tbsCertList(request: CrlRequest): Promise<Octets>;
  /** The CertificationRequestInfo of a request for a key of ours. */
  requestInfo(request: OwnRequest, spki: Uint8Array): Promise<Uint8Array>;
  /** The ResponseData of OCSP answers. */
  responseData(asked: OcspAnswers): Promise<Uint8Array>;
  /** SEQUENCE { tbs, AlgorithmIdentifier, BIT STRING } */
  assemble<Bytes extends Octets>(tbs: Bytes, signatureAlgorithm: string, signature: Uint8Array): Bytes;
  /** A certificate of the same shape with a throw-away key, for linting before any key exists; or with the one that it is to have. */
  standIn(request: CertificateRequest, spki?: Uint8Array): Promise<Uint8Array>;
}

/** What the program knows of the computer it runs on. */
export interface Machine {
  /** Facts for check-environment; reads only, changes nothing. */
  environment(): Promise<JsonObject>;
  /** Free bytes where the output folder lies. */
  room(): Promise<number>;
}
