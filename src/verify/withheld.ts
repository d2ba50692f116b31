import type { EventLine } from '../pack/pack-reader.ts';

export interface WithheldLine {
  readonly number: number;
  /** Key of the step that was open; undefined outside of any, where nothing stands that may be withheld. */
  readonly step: string | undefined;
  /** Whether it can be nothing but a correction: its step shows its own answer, or has none. */
  readonly corrects: boolean;
}

/** Step types that ask for one answer. In any other step a withheld line is a correction of something said before. */
export const ANSWERING: readonly string[] = ['confirm', 'record', 'compare'];

/** The empty lines of events.jsonl, each with the step in which it stands. */
export function withheldLines(lines: readonly EventLine[]): readonly WithheldLine[] {
  return runsIn(lines).flatMap(({ step, kind, lines: mine }) => {
    const answering = kind !== undefined && ANSWERING.includes(kind);
    const shown = mine.some(({ event }) => event?.type === 'answer');
    const empty = mine.filter(({ bytes }) => bytes.length === 0);
    return empty.map(({ number }, index) => ({
      number,
      step,
      corrects: step !== undefined && (shown || !answering || index > 0),
    }));
  });
}

/**
 * Keys of the steps that cannot be judged, with the reason: lines of them are withheld, or a correction is, that may be
 * one of their answer.
 */
export function withheldSteps(lines: readonly EventLine[]): ReadonlyMap<string, string> {
  const withheld = withheldLines(lines);
  const steps = new Map<string, string>(
    withheld.flatMap(({ step }) => (step === undefined ? [] : [[step, 'events of it are withheld'] as const])),
  );
  const correction = withheld.findLast(({ corrects }) => corrects)?.number ?? 0;
  for (const { number, event } of lines) {
    if (event?.type === 'answer' && number < correction && !steps.has(event.step))
      steps.set(event.step, 'a correction is withheld, which may be one of its answer');
  }
  return steps;
}

/** The lines of one run of a step, of that type; or those between steps, without. */
export interface Run {
  readonly step: string | undefined;
  readonly kind: string | undefined;
  readonly lines: readonly EventLine[];
}

/** Lines step by step. */
export function runsIn(lines: readonly EventLine[]): readonly Run[] {
  const runs: (Run & { readonly lines: EventLine[] })[] = [];
  const open = (step?: string, kind?: string) => {
    runs.push({ step, kind, lines: [] });
  };
  open();
  for (const line of lines) {
    const { event } = line;
    if (event?.type === 'step') {
      if (event.phase === 'begin') open(event.step, event.kind);
      else open();
    }
    runs.at(-1)?.lines.push(line);
    if (event?.type === 'abort' || event?.type === 'resume' || event?.type === 'close') open();
  }
  return runs;
}
