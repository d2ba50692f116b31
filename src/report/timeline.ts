import type { PlannedStep } from '../plan/plan.ts';
import type { Event } from '../transcript/event.ts';
import type { PackRecord, RecordedLine } from './record.ts';

/** One run of a step as recorded: from its begin to its end, or to where the record stops. */
export interface StepRun {
  readonly kind: 'step';
  readonly key: string;
  readonly number: string;
  readonly type: string;
  readonly planned: PlannedStep | undefined;
  readonly by: readonly string[];
  readonly check: readonly string[];
  readonly beganAt: string;
  /** Undefined for a step that never ended. */
  readonly endedAt: string | undefined;
  /** For a skipped step: why. */
  readonly skipped: string | undefined;
  /** Lines between begin and end, both of them left out. */
  readonly lines: readonly RecordedLine[];
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** An act and what was recorded in it, in order. */
export interface ActRun {
  readonly act: number;
  readonly title: string;
  readonly beganAt: string;
  readonly endedAt: string | undefined;
  readonly parts: readonly (StepRun | StrayRun)[];
}

/** Lines that belong to no step: what happened between steps, and lines that are withheld. */
export interface StrayRun {
  readonly kind: 'stray';
  readonly lines: readonly RecordedLine[];
  readonly beganAt: string | undefined;
}

/** A run while it is being collected. */
type Open<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

/** The transcript by acts and steps, in the order in which things happened. */
export function timelineOf(record: PackRecord): ActRun[] {
  const acts: Open<ActRun>[] = [];
  let step: Open<StepRun> | undefined;
  const currentAct = (at: string): Open<ActRun> => {
    const last = acts.at(-1);
    if (last) return last;
    const opened: Open<ActRun> = { act: -1, title: 'Before the first act', beganAt: at, endedAt: undefined, parts: [] };
    acts.push(opened);
    return opened;
  };
  for (const line of record.lines) {
    const { event } = line;
    if (event?.type === 'opening') continue;
    if (event?.type === 'act') {
      if (event.phase === 'begin') {
        acts.push({ act: event.act, title: event.title, beganAt: event.at, endedAt: undefined, parts: [] });
      } else {
        const last = acts.findLast((act) => act.act === event.act);
        if (last) last.endedAt = event.at;
      }
      step = undefined;
      continue;
    }
    if (event?.type === 'step') {
      if (event.phase === 'end') {
        if (step) {
          step.endedAt = event.at;
          step.lastSeq = event.seq;
        }
        step = undefined;
        continue;
      }
      const run = beginStep(record, event);
      currentAct(event.at).parts.push(run);
      step = event.phase === 'begin' ? run : undefined;
      continue;
    }
    if (step) {
      step.lines.push(line);
      step.lastSeq = line.seq;
      // The close event is the last of all: it ends its step and act too.
      if (event?.type === 'close' && event.outcome === 'complete') {
        step.endedAt = event.at;
        currentAct(event.at).endedAt = event.at;
      }
      // What a crash cut short is begun again, as another run.
      if (event?.type === 'resume') step = undefined;
    } else {
      addStray(currentAct(event?.at ?? record.opening.at), line);
    }
  }
  return acts;
}

function beginStep(record: PackRecord, event: Extract<Event, { type: 'step' }>): Open<StepRun> {
  return {
    kind: 'step',
    key: event.step,
    number: event.number,
    type: event.kind,
    planned: record.steps.get(event.step),
    by: [...event.by],
    check: [...event.check],
    beganAt: event.at,
    endedAt: undefined,
    skipped: event.phase === 'skip' ? event.why : undefined,
    lines: [],
    firstSeq: event.seq,
    lastSeq: event.seq,
  };
}

function addStray(act: Open<ActRun>, line: RecordedLine): void {
  const last = act.parts.at(-1);
  if (last?.kind === 'stray') (last.lines as RecordedLine[]).push(line);
  else act.parts.push({ kind: 'stray', lines: [line], beganAt: line.event?.at });
}

/** Steps of the plan of which no run or skip is recorded, in order. */
export function stepsNotRun(record: PackRecord): PlannedStep[] {
  const seen = new Set(record.events.flatMap((event) => (event.type === 'step' ? [event.step] : [])));
  return [...record.steps.values()].filter((step) => !seen.has(step.key));
}
