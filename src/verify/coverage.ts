import { NO_DIGEST, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { PATH, statementSignaturePath } from '../pack/layout.ts';
import type { Pack } from '../pack/pack-reader.ts';
import { readEnrolment } from '../quorum/enrolment.ts';
import { memberOf, type Roster } from '../quorum/roster.ts';
import { presenceBytes, readAttestation } from '../quorum/statement.ts';
import type { Event } from '../transcript/event.ts';
import type { PartOrNone } from './part-missing.ts';
import { requiredSigners } from './required-signers.ts';
import { isSignedBy, signaturesIn } from './signatures-in.ts';

/** How far signatures reach into a record. */
export interface Coverage {
  /** Whether there is a manifest. */
  readonly sealed: boolean;
  /** Whether it is of this transcript, by head and number of events: else its signatures cover nothing of it. */
  readonly fits: boolean;
  /** Who must have signed the manifest, and who of them has. */
  readonly required: readonly string[];
  readonly signed: readonly string[];
  /** Whether it fits and all have signed, and there are some: only then is the end of the record theirs. */
  readonly closed: boolean;
  /** The last event that a signature covers, 0 without any; `by` are those who signed that far. */
  readonly last: number;
  readonly by: readonly string[];
}

/**
 * A signature over the manifest covers the record whose head and number of events it names. An approval covers what stands up to its proposal or
 * deviation, whose chain line it names; an attestation covers what stands up to the head it names; a presence the first event alone. None covers
 * what lies behind a break of the chain, or what comes after one.
 */
export function coverageOf(pack: Pack, part: PartOrNone): Coverage {
  const roster = part('rosterAtEnd');
  const plan = part('planAt')?.(Number.POSITIVE_INFINITY) ?? part('plan');
  const sealed = pack.size(PATH.manifest) !== undefined;
  const required = roster && plan ? requiredSigners(roster, plan) : [];
  const signed = roster ? manifestSigners(pack, roster).filter((seat) => required.includes(seat)) : [];
  const heads = part('heads') ?? [];
  const unbroken = unbrokenLines(part);
  const manifest = part('manifest');
  const fits =
    manifest !== undefined &&
    manifest.events === heads.length &&
    manifest.head === heads.at(-1) &&
    unbroken === heads.length;
  const { last, by } =
    fits && signed.length > 0 ? { last: heads.length, by: signed } : lastSigned(pack, part, unbroken);
  const closed = fits && required.length > 0 && signed.length === required.length;
  return { sealed, fits, required, signed, closed, last, by };
}

/** How many lines from the first on are linked, each event to its chain line and that to the one before. */
function unbrokenLines(part: PartOrNone): number {
  const chain = part('chain') ?? [];
  const lines = part('eventLines') ?? [];
  const heads = part('heads') ?? [];
  const broken = heads.findIndex((_head, index) => {
    const [link, line] = [chain[index], lines[index]];
    const isLinked = link?.prev === (heads[index - 1] ?? NO_DIGEST);
    return !isLinked || !line || (line.bytes.length > 0 && sha256(line.bytes) !== link.leaf);
  });
  return broken < 0 ? heads.length : broken;
}

function manifestSigners(pack: Pack, roster: Roster): readonly string[] {
  const manifest = pack.file(PATH.manifest);
  if (!manifest) return [];
  return signaturesIn(pack, 'signatures').flatMap(({ seat, signature }) => {
    const member = memberOf(roster, seat);
    return member && isSignedBy(member, signature, manifest) ? [seat] : [];
  });
}

function lastSigned(pack: Pack, part: PartOrNone, unbroken: number): Pick<Coverage, 'last' | 'by'> {
  const signers = new Map<number, Set<string>>();
  const add = (seq: number, seat: string) => {
    if (seq > unbroken) return;
    const there = signers.get(seq) ?? new Set();
    signers.set(seq, there.add(seat));
  };
  for (const counts of [part('counts'), part('deviationCounts')])
    for (const [seq, { seats }] of counts ?? []) for (const seat of seats) add(seq, seat);
  for (const event of part('events') ?? []) {
    if (event.type !== 'statement') continue;
    // Whoever was enrolled is judged by the roster that came of it.
    const roster = event.kind === 'enrolment' ? part('rosterAtEnd') : part('rosterAt')?.(event.seq);
    const seq = roster ? reachOf(pack, part, roster, event) : 0;
    if (seq > 0) add(seq, event.seat);
  }
  const last = Math.max(0, ...signers.keys());
  return { last, by: [...(signers.get(last) ?? [])].sort() };
}

/** The event up to which a person's statement covers the record; 0 if it is not theirs, or of another record. */
function reachOf(
  pack: Pack,
  part: PartOrNone,
  roster: Roster,
  event: Extract<Event, { readonly type: 'statement' }>,
): number {
  const member = memberOf(roster, event.seat);
  const content = event.statement === null ? undefined : pack.file(event.statement);
  const signature = event.statement === null ? undefined : pack.file(statementSignaturePath(event.statement));
  if (!member || !content || !signature || !isSignedBy(member, signature, content)) return 0;
  const ceremony = part('ceremony');
  if (event.kind === 'presence') {
    const authorization = part('authorization')?.digest;
    if (ceremony === undefined || authorization === undefined) return 0;
    return Buffer.compare(content, presenceBytes({ ceremony, authorization, seat: event.seat })) === 0 ? 1 : 0;
  }
  try {
    if (event.kind === 'enrolment') return readEnrolment(content).ceremony === ceremony ? 1 : 0;
    return (part('heads') ?? []).indexOf(readAttestation(content).head) + 1;
  } catch (error) {
    if (error instanceof CeremonyError) return 0;
    throw error;
  }
}
