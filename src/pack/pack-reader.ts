import { type JsonObject, parseCanonicalObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { HeldOctets } from '../base/held-octets.ts';
import { type Octets, wholeOf } from '../base/octets.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readLedger } from '../ledger/read.ts';
import { type Authorization, readAuthorization } from '../quorum/authorization.ts';
import { isFounding, NO_ROSTER, type Roster, readRoster } from '../quorum/roster.ts';
import { type ChainLine, readChainLine, readEventLine, splitLines } from '../transcript/chain.ts';
import type { Event } from '../transcript/event.ts';
import { approvalSignaturePath, PATH } from './layout.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { type Person, readPeople } from './people.ts';
import type { PackSource } from './source.ts';
import { readSums, type Sum } from './sums.ts';

/** Larger files stay where they are: nothing but CRLs, what comes in, and evidence is. */
const LARGE = 1024 * 1024;

/** A line of events.jsonl as it stands. */
export interface EventLine {
  /** From 1: the `seq` that the event must have. */
  readonly number: number;
  /** Without the line feed. */
  readonly bytes: Uint8Array;
  /** Undefined where the line is withheld (empty) or is no event; `problem` tells which. */
  readonly event: Event | undefined;
  readonly problem: CeremonyError | undefined;
}

export interface ChainLineRead {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly line: ChainLine | undefined;
  readonly problem: CeremonyError | undefined;
}

/**
 * Typed access to an evidence pack. Each document is read once, when it is first asked for; a missing one throws
 * FILE_MISSING, a malformed one what its reader throws, each time it is asked for.
 */
export interface Pack {
  readonly source: PackSource;
  /** Every path, sorted. */
  readonly paths: readonly string[];
  file(path: string): Uint8Array | undefined;
  /**
   * The same, where they are: a large file is looked at once, and is not in memory. What is read of it later is held to what it
   * was then, and `digest` is that of then too. @throws CeremonyError FILE_UNREADABLE for one that is another now
   */
  octets(path: string): Octets | undefined;
  /** @throws CeremonyError FILE_MISSING */
  need(path: string): Uint8Array;
  digest(path: string): Sha256 | undefined;
  /**
   * The same for a file of any size whose content nobody here reads: it is not held in memory. For all others `digest`,
   * which hashes the very bytes that `file` gives.
   */
  digestUnread(path: string): Sha256 | undefined;
  size(path: string): number | undefined;
  eventLines(): readonly EventLine[];
  chainLines(): readonly ChainLineRead[];
  /** What follows the last line feed of events.jsonl or chain.jsonl: a line that was never committed. */
  tail(path: typeof PATH.events | typeof PATH.chain): Uint8Array;
  /** Events in order, withheld ones left out. @throws CeremonyError TRANSCRIPT_BROKEN, JSON_NOT_CANONICAL */
  events(): readonly Event[];
  /** SHA-256 of the first event line. @throws CeremonyError TRANSCRIPT_BROKEN */
  ceremony(): Sha256;
  /** SHA-256 of the last chain line. @throws CeremonyError TRANSCRIPT_BROKEN */
  head(): Sha256;
  manifest(): Manifest;
  sums(): readonly Sum[];
  authorization(): Authorization;
  roster(): Roster;
  people(): ReadonlyMap<string, Person>;
  ledger(): Ledger;
  /** plan.json as a JSON object; a verifier compares its bytes with the plan it derives. */
  plan(): JsonObject;
  /** Approvals of the proposal in event `seq`: seat → CMS file. */
  approvals(seq: number): ReadonlyMap<string, Uint8Array>;
}

export function openPack(source: PackSource): Pack {
  const sizes = source.list();
  const paths = [...sizes.keys()].sort();
  // What is large and has to be whole all the same is what was looked at, and is not kept.
  const bytesOf = (path: string): Uint8Array | undefined => {
    if ((sizes.get(path) ?? 0) <= LARGE || !source.open) return keptOf(path);
    const octets = heldOf(path);
    return octets && wholeOf(octets);
  };
  const keptOf = memoized((path: string) => (sizes.has(path) ? source.read(path) : undefined));
  const heldOf = memoized((path: string) => {
    const octets = source.open?.(path);
    return octets && HeldOctets.of(octets, path);
  });
  const octetsOf = (path: string) => ((sizes.get(path) ?? 0) > LARGE && source.open ? heldOf(path) : bytesOf(path));
  const digestOf = memoized((path: string) => {
    const octets = octetsOf(path);
    return octets && sha256(octets);
  });
  const need = (path: string): Uint8Array => {
    const bytes = bytesOf(path);
    if (!bytes) throw new CeremonyError('FILE_MISSING', `the pack has no "${path}"`, { details: { path } });
    return bytes;
  };
  const document = <T>(path: string, read: (bytes: Uint8Array) => T): (() => T) => once(() => read(need(path)));
  const approvers = once(() => approversIn(paths));
  const eventLines = once(() => splitLines(need(PATH.events)).lines.map(readEvent));
  const chainLines = once(() => splitLines(need(PATH.chain)).lines.map(readChain));
  return {
    source,
    paths,
    file: bytesOf,
    octets: octetsOf,
    need,
    digest: digestOf,
    digestUnread: memoized((path) => (sizes.has(path) && source.digest ? source.digest(path) : digestOf(path))),
    size: (path) => sizes.get(path),
    eventLines,
    chainLines,
    tail: (path) => splitLines(need(path)).tail,
    events: once(() => eventsOf(eventLines())),
    ceremony: once(() => sha256(firstOf(eventLines(), PATH.events).bytes)),
    head: once(() => sha256(lastOf(chainLines(), PATH.chain).bytes)),
    manifest: document(PATH.manifest, readManifest),
    sums: document(PATH.sums, readSums),
    authorization: document(PATH.authorization, readAuthorization),
    roster: once(() => (isWithoutRoster({ need, paths }) ? NO_ROSTER : readRoster(need(PATH.roster)))),
    people: document(PATH.people, readPeople),
    ledger: document(PATH.ledger, readLedger),
    plan: document(PATH.plan, (bytes) => parseCanonicalObject(bytes, PATH.plan)),
    approvals: (seq) => approvalsOf(approvers().get(seq) ?? [], bytesOf, seq),
  };
}

/** Whether a pack is of a first enrolment that has made no roster: it has none, and its authorization names none. */
export function isWithoutRoster({ need, paths }: Pick<Pack, 'need' | 'paths'>): boolean {
  if (paths.includes(PATH.roster) || !paths.includes(PATH.authorization)) return false;
  try {
    return isFounding(readAuthorization(need(PATH.authorization)));
  } catch (error) {
    if (error instanceof CeremonyError) return false;
    throw error;
  }
}

function readEvent(bytes: Uint8Array, index: number): EventLine {
  const number = index + 1;
  if (bytes.length === 0) return { number, bytes, event: undefined, problem: undefined };
  return { number, bytes, ...attempt(() => ({ event: readEventLine(bytes, number) }), { event: undefined }) };
}

function readChain(bytes: Uint8Array, index: number): ChainLineRead {
  const number = index + 1;
  return { number, bytes, ...attempt(() => ({ line: readChainLine(bytes, number) }), { line: undefined }) };
}

function attempt<T, U>(read: () => T, otherwise: U): (T | U) & { problem: CeremonyError | undefined } {
  try {
    return { ...read(), problem: undefined };
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    return { ...otherwise, problem: error };
  }
}

function eventsOf(lines: readonly EventLine[]): readonly Event[] {
  return lines.flatMap((line) => {
    if (line.problem) throw line.problem;
    return line.event ? [line.event] : [];
  });
}

function firstOf<T>(lines: readonly T[], path: string): T {
  const first = lines[0];
  if (first === undefined) throw new CeremonyError('TRANSCRIPT_BROKEN', `${path} has no line`);
  return first;
}

function lastOf<T>(lines: readonly T[], path: string): T {
  return lines[lines.length - 1] ?? firstOf(lines, path);
}

/** Seats that have a file `approvals/<seq>-<seat>.p7s`, by seq. */
function approversIn(paths: readonly string[]): ReadonlyMap<number, readonly string[]> {
  const found = paths.flatMap((path) => {
    const [, seq, seat] = /^approvals\/(\d+)-(.+)\.p7s$/.exec(path) ?? [];
    return seq !== undefined && seat !== undefined && path === approvalSignaturePath(Number(seq), seat)
      ? [{ seq: Number(seq), seat }]
      : [];
  });
  return new Map([...Map.groupBy(found, (one) => one.seq)].map(([seq, on]) => [seq, on.map((one) => one.seat)]));
}

function approvalsOf(
  seats: readonly string[],
  read: (path: string) => Uint8Array | undefined,
  seq: number,
): ReadonlyMap<string, Uint8Array> {
  return new Map(
    seats.flatMap((seat) => {
      const bytes = read(approvalSignaturePath(seq, seat));
      return bytes ? [[seat, bytes] as const] : [];
    }),
  );
}

/** Calls once; a refusal is remembered as well. */
function once<T>(make: () => T): () => T {
  let settled: { value: T } | { error: unknown } | undefined;
  return () => {
    if (!settled) {
      try {
        settled = { value: make() };
      } catch (error) {
        settled = { error };
      }
    }
    if ('error' in settled) throw settled.error;
    return settled.value;
  };
}

function memoized<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    if (made.has(key)) return made.get(key) as T;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}
