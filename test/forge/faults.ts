import type { JsonObject } from '../../src/base/canonical-json.ts';
import type { SourceFault } from '../../src/pack/source.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { ChainLine } from '../../src/transcript/chain.ts';
import type { Event, StatementEvent } from '../../src/transcript/event.ts';
import type { VerifyOptions } from '../../src/verify/options.ts';
import type { Recording, RecordOptions } from './record.ts';
import type { SoftToken } from './stage.ts';

/** What is signed and approved before the ceremony, to be changed in place. Digests that depend on it follow. */
export interface Documents {
  script: string;
  site: string;
  people: JsonObject;
  roster: JsonObject;
  /** Digests of script, site and roster are filled in before `authorization` is called. */
  authorization: JsonObject;
}

/**
 * Where a forged pack may be made wrong. Each hook changes one thing; whatever depends on it is made again and signed
 * again, so that the pack stays consistent in everything else.
 */
export interface Faults {
  /** Which ceremony is taken: the complete rehearsal unless told. */
  readonly record?: RecordOptions;
  /** The yearly CRL after the complete rehearsal is taken. */
  readonly follows?: true | Faults;
  readonly documents?: (documents: Documents) => void;
  readonly authorization?: (authorization: Record<string, unknown>) => void;
  /** Bytes of a document as they go into the pack, digests following. */
  readonly documentBytes?: (path: string, bytes: Uint8Array) => Uint8Array;
  readonly plan?: (plan: Plan) => unknown;
  readonly planBytes?: (bytes: Uint8Array) => Uint8Array;
  /** Documents, their signatures and the plan: what lies in the folder before the first event. */
  readonly before?: (files: Map<string, Uint8Array>) => void;
  /** The whole list, before anything is linked: drop, add, move. Added events keep the `seq` of the one they follow. */
  readonly events?: (events: readonly Event[], recording: Recording) => readonly Event[];
  /** What follows from a fault for the states of keys is recorded as it follows, unless that is the fault. */
  readonly states?: 'as-given';
  /** One event, renewed and about to be linked. */
  readonly event?: (event: Event, original: Event) => Event | undefined;
  readonly eventLine?: (text: string, seq: number) => string | undefined;
  readonly withhold?: (event: Event) => boolean;
  readonly chainLine?: (line: ChainLine, event: Event) => ChainLine | undefined;
  readonly chainText?: (text: string, seq: number) => string | undefined;
  readonly statement?: (bytes: Uint8Array, event: StatementEvent) => Uint8Array | undefined;
  /** Makes the signature at a path; undefined for the true one. */
  readonly sign?: (path: string, content: Uint8Array, tools: SignTools) => Uint8Array | undefined;
  /** Certificates, CRLs, payloads as the recording has them, before anything is linked. */
  readonly recorded?: (files: Map<string, Uint8Array>, recording: Recording) => void | Promise<void>;
  readonly ledger?: (ledger: Record<string, unknown>) => void;
  /** All files, before the manifest is made. */
  readonly files?: (files: Map<string, Uint8Array>) => void;
  readonly manifest?: (manifest: Record<string, unknown>) => void;
  readonly manifestBytes?: (bytes: Uint8Array) => Uint8Array;
  readonly sums?: (text: string) => string;
  /** The whole pack, sealed: nothing follows it any more. */
  readonly sealed?: (files: Map<string, Uint8Array>, tools: SignTools) => void;
  /** What the folder has besides files. */
  readonly source?: readonly SourceFault[];
  readonly options?: Partial<VerifyOptions>;
  /** Another roster than the true one is expected: a pack made perfect with a foreign roster. */
  readonly anchor?: 'true' | 'other' | 'none';
}

export interface SignTools {
  readonly tokenOf: (seat: string, index?: number) => SoftToken;
  readonly signWith: (token: SoftToken, content: Uint8Array) => Uint8Array;
}
