import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { exchangesIn, inPlaceOf } from '../../src/plan/plan-in-force.ts';
import type { CorrectionEvent, DeviationEvent, Event, EventData } from '../../src/transcript/event.ts';
import { chained, frameOf, proposalSeq } from './edit.ts';
import { PROGRAM_DIGEST, serialOf } from './stage.ts';

/**
 * What people say and do at a ceremony besides its script, put into a list of events before it is linked: deviations,
 * pauses, corrections, decisions, a resume. Each keeps the record sound, so that a vector can make one thing of it wrong.
 */

export type Edit = (events: readonly Event[]) => readonly Event[];

let stamped = 300_000;

/** Events with seqs and salts of their own, at the time of another; the first has the seq that `make` is given. */
function stamp(at: string, make: (first: number) => readonly EventData[]): readonly Event[] {
  return make(stamped + 1).map((data) => {
    stamped += 1;
    return { ...data, seq: stamped, at, salt: sha256(`at the table ${stamped}`).slice(0, 32) } as Event;
  });
}

/** The same events once more. */
function again(events: readonly Event[], at: string): readonly Event[] {
  return stamp(at, () => events);
}

type Match = (event: Event) => boolean;

export const beginOf =
  (step: string): Match =>
  (event) =>
    event.type === 'step' && event.step === step && event.phase === 'begin';

/** Puts events after the first that matches. */
export function inserting(match: Match, make: (first: number, events: readonly Event[]) => readonly EventData[]): Edit {
  return (events) => {
    const index = events.findIndex(match);
    const after = events[index];
    if (!after) throw new Error('there is no event to insert after');
    return events.toSpliced(index + 1, 0, ...stamp(after.at, (first) => make(first, events)));
  };
}

/** An approval by that person; it is signed when it is linked. */
export function approvalOf(events: readonly Event[], seat: string, proposal: number): EventData {
  const before = events.find((event) => event.type === 'approval' && event.seat === seat);
  if (before?.type !== 'approval') throw new Error(`${seat} approved nothing that could be copied`);
  return { type: 'approval', proposal, seat, signature: NO_DIGEST, token: before.token, origin: before.origin };
}

const WHAT = 'The second camera has no film';
const WHY = 'It was not delivered';
/** One more than the roster demands: a test may take one away. */
const OFFICERS = ['alice', 'bob', 'carol', 'dave'];
const NEED = 3;

/** Who is there for that person at an event of the list: they may have left. */
const thereAt =
  (events: readonly Event[], at: Event) =>
  (seat: string): string =>
    inPlaceOf(seat, exchangesIn(events.slice(0, events.indexOf(at)), NEED));

export interface HowDeviated {
  readonly effect?: DeviationEvent['effect'];
  readonly names?: readonly string[];
  readonly approvedBy?: readonly string[];
  /** Whether the step is begun again; as the effect says, unless told. */
  readonly again?: boolean;
  readonly declinedBy?: readonly string[];
  readonly what?: string;
  readonly why?: string;
}

/** A deviation as soon as a step has begun, approved at once. */
export function deviated(step: string, how: HowDeviated = {}): Edit {
  const { effect = 'none', names = [], approvedBy = OFFICERS, declinedBy = [], what = WHAT, why = WHY } = how;
  return (events) => {
    const [begin, ...rest] = frameOf(events, step);
    const end = rest.at(-1);
    if (!begin || !end) throw new Error(`no step ${step}`);
    const agreed = ['dana', 'gus'].map(thereAt(events, begin));
    const said = stamp(begin.at, (seq) => [
      { type: 'deviation', step, what, why, effect, names, agreed },
      ...declinedBy.map((seat): EventData => ({ type: 'declined', proposal: seq, seat, reason: 'Not with me' })),
      ...approvedBy.map((seat) => approvalOf(events, seat, seq)),
    ]);
    const isAgain = how.again ?? (effect === 'repeat' || (effect === 'exchange' && approvedBy.length >= NEED));
    const rerun = isAgain ? again([end, begin], begin.at) : [];
    const kept = effect === 'skip' ? [end] : rest;
    const index = events.indexOf(begin);
    return events.toSpliced(index, rest.length + 1, begin, ...said, ...rerun, ...kept);
  };
}

/**
 * Somebody comes for somebody else, as soon as a step has begun. Everything that begins after that is theirs.
 */
export function exchanged(step: string, leaves: string, comes: string, how: HowDeviated = {}): Edit {
  return (events) => {
    const what = `${leaves} has a fever`;
    const list = deviated(step, {
      what,
      why: 'Nobody else is here',
      ...how,
      effect: 'exchange',
      names: [leaves, comes],
    })(events);
    const said = list.findIndex((event) => event.type === 'deviation' && event.what === (how.what ?? what));
    const next = list.findIndex((event, index) => index > said && event.type === 'step' && event.phase === 'begin');
    return list.map((event, index) => (index >= next ? takenOver(event, leaves, comes) : event));
  };
}

/** What the one did, done by the other. */
function takenOver(event: Event, leaves: string, comes: string): Event {
  const who = (seat: string) => (seat === leaves ? comes : seat);
  switch (event.type) {
    case 'step':
      return { ...event, by: event.by.map(who), check: event.check.map(who) };
    case 'answer':
    case 'correction':
      return { ...event, seat: who(event.seat), checkedBy: event.checkedBy.map(who) };
    case 'statement':
      return event.seat !== leaves || event.evidence === 'paper'
        ? { ...event, seat: who(event.seat) }
        : { ...event, seat: comes, facts: { ...event.facts, token: serialOf(comes) } };
    case 'deviation':
      return { ...event, agreed: event.agreed.map(who).sort() };
    case 'pause':
      return { ...event, stays: event.stays.map(who), typedBy: event.typedBy.map(who) };
    case 'decision':
      return { ...event, seat: who(event.seat) };
    case 'resume':
      return { ...event, typedBy: event.typedBy.map(who) };
    default:
      return event;
  }
}

/** A pause as soon as a step has begun, in which one person typed the words wrong at first. */
export function paused(step: string): Edit {
  const frame = { type: 'pause', step, why: 'Lunch', stays: ['dana', 'gus'], head: NO_DIGEST } as const;
  const message = 'what "gus" typed is not the last row of the head';
  return inserting(beginOf(step), () => [
    { ...frame, phase: 'begin', typedBy: [] },
    { type: 'refusal', step, code: 'COMPARISON_FAILED', message, seat: 'gus', proposal: null },
    { ...frame, phase: 'end', typedBy: ['gus', 'dana'] },
  ]);
}

/** A correction of a step's answer, said in a later step. */
export function corrected(step: string, later: string, change: Partial<CorrectionEvent> = {}): Edit {
  return inserting(beginOf(later), (_first, events) => {
    const answer = events.find((event) => event.type === 'answer' && event.step === step);
    if (answer?.type !== 'answer') throw new Error(`no answer of ${step}`);
    const { seat, checkedBy, values } = answer;
    return [
      { type: 'correction', step: later, answer: answer.seq, seat, checkedBy, values, why: 'Misread', ...change },
    ];
  });
}

/** A wrong PIN before the first approval of a step's operation; the person tries again. */
export function mistyped(step: string, seat = 'alice'): Edit {
  return (events) => {
    const proposal = proposalSeq(events, step);
    const approval = events.findIndex((event) => event.type === 'approval' && event.proposal === proposal);
    const before = events[approval - 1] as Event;
    const open = openStep(events, before);
    return inserting(
      (event) => event === before,
      (first) => [
        { type: 'refusal', step: open, code: 'PIN_INCORRECT', message: 'the PIN was not accepted', seat, proposal },
        { type: 'decision', step: open, seat: 'dana', about: first, choice: 'again' },
      ],
    )(events);
  };
}

/** A first proposal of a step's operation, approved by alice and declined by bob; it was then proposed again. */
export function declinedOnce(step: string): Edit {
  return (events) => {
    const proposed = events.find((event) => event.type === 'proposed' && event.step === step);
    if (!proposed) throw new Error(`no proposal of ${step}`);
    const open = openStep(events, proposed);
    const first = stamp(proposed.at, (seq) => [
      proposed,
      approvalOf(events, 'alice', seq),
      { type: 'declined', proposal: seq, seat: 'bob', reason: 'Not what was agreed' },
      { type: 'decision', step: open, seat: 'dana', about: seq + 2, choice: 'propose-again' },
    ]);
    return events.toSpliced(events.indexOf(proposed), 0, ...first);
  };
}

/** A step's operation failed at the HSM; it was proposed again in its own step, approved again and done. */
export function failedOnce(step: string): Edit {
  return (events) => {
    const seq = proposalSeq(events, step);
    const intent = events.find((event) => event.type === 'intent' && event.proposal === seq);
    const put = events.filter((event) => event.seq === seq || (event.type === 'approval' && event.proposal === seq));
    if (!intent) throw new Error(`step ${step} did nothing`);
    const facts = { code: 'HSM_DEVICE_ERROR', message: 'CKR_DEVICE_ERROR' };
    const failed = stamp(intent.at, (first) => [
      intent,
      { type: 'result', proposal: seq, outcome: 'failed', facts },
      { type: 'decision', step, seat: 'dana', about: first + 1, choice: 'propose-again' },
    ]);
    const anew = again(put, intent.at);
    const proposal = anew[0]?.seq ?? 0;
    const follows = (event: Event): Event =>
      'proposal' in event && event.proposal === seq ? { ...event, proposal } : event;
    const index = events.indexOf(intent);
    return [...events.slice(0, index), ...failed, ...anew.map(follows), ...events.slice(index).map(follows)];
  };
}

/**
 * Power failed as soon as a step had begun, or between two steps before it; the ceremony was resumed.
 * @param run which of its runs
 */
export function resumed(step: string, when: 'in' | 'before' = 'in', run = 1): Edit {
  return (events) => {
    const begins = events.flatMap((event, index) => (beginOf(step)(event) ? [index] : []));
    const index = begins[run - 1] ?? -1;
    const begin = events[index];
    if (!begin) throw new Error(`no step ${step}`);
    const cut = when === 'in' ? [...again([begin], begin.at)] : [];
    return saidToGoOn()(events.toSpliced(index, 0, ...cut, ...resumption(events, begin, when === 'in' ? step : '')));
  };
}

/** Power failed when the HSM was at a step's signature: nobody has it, and it was approved and made anew. */
export function cutShort(step: string): Edit {
  return (events) => {
    const seq = proposalSeq(events, step);
    const intent = events.find((event) => event.type === 'intent' && event.proposal === seq);
    const [begin] = frameOf(events, step);
    if (!intent || !begin) throw new Error(`step ${step} did nothing`);
    const put = events.filter((event) => event.seq === seq || (event.type === 'approval' && event.proposal === seq));
    const index = events.indexOf(intent) + 1;
    const next = events[index] as Event;
    const anew = again(put, next.at);
    const proposal = anew[0]?.seq ?? 0;
    const follows = (event: Event): Event =>
      'proposal' in event && event.proposal === seq ? { ...event, proposal } : event;
    const reconciled = stamp(next.at, () => [
      { type: 'reconciliation', step, proposal: seq, outcome: 'unknown', facts: { operation: 'sign' } },
    ]);
    return saidToGoOn()([
      ...events.slice(0, index),
      ...resumption(events, next, step, seq),
      ...again([begin], next.at),
      ...reconciled,
      ...[...anew, ...again([intent], next.at), ...events.slice(index)].map(follows),
    ]);
  };
}

/** A resume before that event, and the checks that follow it. */
function resumption(events: readonly Event[], next: Event, step: string, open: number | null = null): readonly Event[] {
  const before = events.slice(0, events.indexOf(next));
  const isOnPaper = before.some((event) => event.type === 'pause' || (event.type === 'act' && event.phase === 'end'));
  const used = before.flatMap((event) =>
    event.type === 'intent' || event.type === 'declined' ? [event.proposal] : [],
  );
  const voided = before.flatMap(({ type, seq }) => (type === 'proposed' && !used.includes(seq) ? [seq] : []));
  const there = thereAt(events, next);
  const typedBy = isOnPaper ? ['dana', 'gus'].map(there) : [];
  const resume = stamp(next.at, () => [
    {
      type: 'resume',
      step,
      head: NO_DIGEST,
      recovered: [],
      open,
      voided,
      typedBy,
      mistyped: 0,
      program: PROGRAM_DIGEST,
    },
  ]);
  return [...resume, ...['clock', 'environment'].flatMap((key) => checkedAgain(events, key, next))];
}

/** That it goes on is said as soon as a step has begun after the resume, and approved at once. */
export const saidToGoOn =
  (approvedBy: readonly string[] = OFFICERS): Edit =>
  (events) => {
    const resume = events.findIndex((event) => event.type === 'resume');
    const index = events.findIndex((event, at) => at > resume && event.type === 'step' && event.phase === 'begin');
    const begin = events[index];
    if (begin?.type !== 'step') throw new Error('no step begins after a resume');
    const what = 'The ceremony was interrupted, and goes on';
    const said = stamp(begin.at, (seq) => [
      {
        type: 'deviation',
        step: begin.step,
        what,
        why: 'Power failed',
        effect: 'resume',
        names: [],
        agreed: ['dana', 'gus'].map(thereAt(events, begin)),
      },
      ...approvedBy.map((seat) => approvalOf(events, seat, seq)),
    ]);
    return events.toSpliced(index + 1, 0, ...said);
  };

/** A check that had been done before that event, done once more at its time. */
function checkedAgain(events: readonly Event[], step: string, before: Event): readonly Event[] {
  const frame = frameOf(events, step);
  if (frame.length === 0 || events.indexOf(frame.at(-1) as Event) > events.indexOf(before)) return [];
  const { at } = before;
  const there = thereAt(events, before);
  const readings = [1, 2].map(() => ({ own: at, typed: at, offsetSeconds: 0 }));
  return again(frame, at).map((event) => {
    if (event.type === 'step') return { ...event, by: event.by.map(there), check: event.check.map(there) };
    const isClock = event.type === 'observation' && event.subject === 'clock';
    return isClock ? { ...event, facts: { ...event.facts, readings } } : event;
  });
}

/** One of each, in one ceremony of the forge's script. */
export const everything: Edit = (events) =>
  chained(
    paused('documents'),
    deviated('film'),
    deviated('camera', { effect: 'repeat' }),
    mistyped('root-key'),
    declinedOnce('root-key'),
    failedOnce('first-crl'),
    corrected('camera', 'lock', { values: { serial: 'B1234' } }),
    resumed('pack-out'),
    deviated('judged', { effect: 'skip' }),
  )(events);

function openStep(events: readonly Event[], at: Event): string {
  const begin = events.slice(0, events.indexOf(at)).findLast((event) => event.type === 'step');
  return begin?.type === 'step' ? begin.step : '';
}
