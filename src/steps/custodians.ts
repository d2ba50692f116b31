import type { PaperPart } from '../plan/paper-part.ts';
import { hasSite, type Plan, type PlannedStep } from '../plan/plan.ts';
import { seatsAt, seatsWhen } from '../plan/roster-change.ts';
import type { Needs, Running, SimulateContext, StepEvidence } from '../plan/step-type.ts';
import type { World } from '../plan/world.ts';
import { kekThreshold } from '../quorum/key-backup.ts';
import { thresholdsFor } from '../quorum/roster.ts';
import { setOfEnvelope } from '../quorum/share-envelope.ts';
import { LONGEST_PIN, MOST_QUORUMS, quorumsOf, SHORTEST_PIN, type ShareSet } from '../quorum/share-set.ts';
import type { Event, ProposedEvent } from '../transcript/event.ts';
import { readBack } from './read-back.ts';

/*
 * What every step that makes share sets owes them: custodians who are there and enough of them, envelopes on two media,
 * PINs of a sound length.
 */

/** Envelopes are kept in two places: one lost medium must not lock the HSM for ever. */
const COPIES = 2;

/** An envelope for two tokens has some 2,000 bytes: a larger file of that name is none. */
const LARGEST_ENVELOPE = 65_536;

interface Parameters {
  readonly holders: string;
  readonly envelopes: string;
}

/** Reports custodians who have not answered a roll-call or are too few, and envelopes without a second medium. */
export function simulateCustodians(
  params: Parameters,
  world: World,
  { plan, report, step, steps }: Pick<SimulateContext, 'plan' | 'report' | 'step' | 'steps'>,
): void {
  const holders = seatsAt({ seats: plan.seats, steps }, step, params.holders);
  if (!holders) report('PLAN_PEOPLE', ['with', 'holders'], `the script has no seat "${params.holders}"`);
  else {
    // Who is enrolled here has opened an envelope with their token.
    const absent = holders.filter((seat) => !world.present.has(seat) && !world.enrolled.has(seat));
    if (world.ran.has('roll-call') && absent.length > 0)
      report(
        'PLAN_ORDER',
        ['with', 'holders'],
        `no roll-call before this of ${absent.join(', ')}, who will hold shares`,
      );
    const threshold = Math.max(
      2,
      ...Object.entries(plan.quorums).map(([name, need]) => (name === 'authorize' ? 0 : need)),
    );
    if (holders.length > 0 && holders.length < threshold) {
      report(
        'PLAN_PEOPLE',
        ['with', 'holders'],
        `${holders.length} of "${params.holders}" would hold shares; ${threshold} are needed to open the token`,
      );
    } else if (quorumsOf(holders.length, threshold) > MOST_QUORUMS) {
      report(
        'PLAN_PEOPLE',
        ['with', 'holders'],
        `${threshold} of ${holders.length} make more than ${MOST_QUORUMS} quorums, and each is tried before the token is prepared`,
      );
    }
  }
  const copies = plan.media[params.envelopes]?.length ?? 0;
  if (hasSite(plan) && copies < COPIES) {
    report(
      'PLAN_MEDIUM',
      ['with', 'envelopes'],
      `the site has ${copies} media "${params.envelopes}"; the envelopes go on ${COPIES}`,
    );
  }
}

/**
 * Writes the envelopes on each medium, and reads them back. What lies there of a set that is in no event comes from an interruption
 * between the writing and the record: it is recorded first, so that the ledger names it as what it is.
 * @throws CeremonyError MEDIUM_DIFFERS
 */
export async function* layDown(
  step: PlannedStep,
  envelopes: ReadonlyMap<string, Uint8Array>,
  media: ReturnType<Needs['media']>,
  events: readonly Event[],
): Running {
  const isResumed = events.some(({ type }) => type === 'resume');
  for (const medium of media) {
    for (const file of isResumed ? await medium.files.list() : [])
      if (setOfEnvelope(file) !== undefined && !isRecorded(file, medium.name, events))
        yield await readBack(step, file, await medium.files.read(file, LARGEST_ENVELOPE), medium);
    for (const [file, bytes] of envelopes) {
      await medium.files.create(file, bytes);
      yield await readBack(step, file, bytes, medium);
    }
  }
}

function isRecorded(file: string, medium: string, events: readonly Event[]): boolean {
  return events.some((event) => event.type === 'file' && event.medium === medium && event.path === file);
}

/** What is wrong with a set, but for its proof: its threshold, its custodians, where its envelopes lie. */
export function setFaults(
  set: ShareSet,
  wanted: {
    readonly threshold: number;
    readonly seat: string;
    readonly holders: readonly string[];
    /** The events among which its envelopes are recorded. */
    readonly laidDown: readonly Event[];
  },
): string[] {
  const faults: string[] = [];
  if (set.threshold !== wanted.threshold)
    faults.push(`the ${set.kind} set has threshold ${set.threshold}; the roster makes it ${wanted.threshold}`);
  const seats = set.shares.map((share) => share.seat);
  if (seats.sort().join() !== wanted.holders.toSorted().join())
    faults.push(`the ${set.kind} set is not held by exactly the seat "${wanted.seat}"`);
  for (const share of set.shares) {
    // Told apart before they are counted: one medium that was written twice is one medium.
    const media = wanted.laidDown.flatMap((event) =>
      event.type === 'file' && event.sha256 === share.envelope ? (event.medium ?? []) : [],
    );
    const copies = new Set(media).size;
    if (copies < COPIES)
      faults.push(`the ${set.kind} envelope of "${share.seat}" lies on ${copies} media, not ${COPIES}`);
  }
  return faults;
}

/**
 * Who holds the sets that a step makes: the people of that role when they were made. What was begun with them is finished
 * with them, whoever came for one of them since.
 * @param set one of the sets
 */
export function holdersThen(
  role: string,
  step: PlannedStep,
  set: ShareSet,
  { events, planAt }: Pick<StepEvidence, 'events' | 'planAt'>,
): readonly string[] {
  let begun = 0;
  for (const event of events) {
    if (event.type === 'step' && event.phase === 'begin' && event.step === step.key) begun = event.seq;
    if (event.type === 'proposed' && event.step === step.key && setsIn(event).some(({ id }) => id === set.id)) break;
  }
  return seatsWhen(planAt(begun), step, role);
}

function setsIn({ descriptor }: ProposedEvent): readonly ShareSet[] {
  return [descriptor['sets'] ?? descriptor['set'] ?? []].flat() as unknown as readonly ShareSet[];
}

/** @param length as the result states it; undefined for a sound one */
export function pinLengthFault(kind: ShareSet['kind'], length: unknown): string | undefined {
  const isSound =
    typeof length === 'number' && Number.isInteger(length) && length >= SHORTEST_PIN && length <= LONGEST_PIN;
  if (isSound) return undefined;
  return `the ${kind} PIN has ${JSON.stringify(length ?? null)} characters; it must have ${SHORTEST_PIN} (80 bits) to ${LONGEST_PIN}`;
}

const IN_WORDS: Readonly<Record<ShareSet['kind'], string>> = {
  user: 'user',
  so: 'security officer',
  kek: 'wrapping key',
};

export function inWords(kind: ShareSet['kind']): string {
  return IN_WORDS[kind];
}

/** The shares of one set, one for each holder, for the printed script: with the number that opens the set, as planned. */
export function shareParts(plan: Plan, hsm: string, seats: readonly string[], kind: ShareSet['kind']): PaperPart[] {
  const { userThreshold, soThreshold } = thresholdsFor((name) => plan.quorums[name]);
  const kek = kekThreshold((name) => plan.quorums[name]);
  const need = { user: userThreshold, so: soThreshold, kek }[kind];
  return seats.map((seat) => ({ kind: 'share', hsm, set: inWords(kind), seat, need, of: seats.length }));
}
