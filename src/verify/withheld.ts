import { CUSTODY_STEPS } from '../ledger/custody.ts';
import type { EventLine } from '../pack/pack-reader.ts';

export interface WithheldLine {
  readonly number: number;
  /** Key of the step that was open; undefined outside of any, where nothing stands that may be withheld. */
  readonly step: string | undefined;
  /** Whether it can be nothing but a correction: its step shows its own answer, or has none. */
  readonly corrects: boolean;
}

/** Step types whose answers say where things are. */
const MOVES: readonly string[] = ['transcribe', 'transcribe-earlier', ...Object.keys(CUSTODY_STEPS)];

/**
 * Step types that ask for answers. In any other step a withheld line is a correction of something said before; in those
 * that ask for several, nobody can tell, and it is taken for one where an answer is shown. What "adopt-ca" asks, where else a
 * key is, stands in the ledger: it is not withheld, and not among them.
 */
export const ANSWERING: readonly string[] = [
  'adjourn',
  'back-up-key',
  'check-materials',
  'compare',
  'confirm',
  'destroy-key',
  'record',
  'record-loss',
  'revoke',
  'sign-in',
  'sign-out',
  'vendor',
  'verify-elsewhere',
  'zeroize-token',
  ...MOVES,
];

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
  const moved = firstMoveWithheld(lines);
  for (const { step, kind, lines: mine } of runsIn(lines)) {
    const isLater = step !== undefined && (mine[0]?.number ?? 0) > moved;
    if (isLater && MOVES.includes(kind ?? '') && !steps.has(step))
      steps.set(step, 'what is withheld before it may say where its things are');
  }
  return steps;
}

/** Number of the first withheld line that may say where a thing is, a correction too; infinite where there is none. */
export function firstMoveWithheld(lines: readonly EventLine[]): number {
  const moves = new Set(runsIn(lines).flatMap(({ step, kind }) => (MOVES.includes(kind ?? '') ? [step] : [])));
  if (moves.size === 0) return Number.POSITIVE_INFINITY;
  const found = withheldLines(lines).filter(({ step, corrects }) => corrects || moves.has(step));
  return Math.min(...found.map(({ number }) => number), Number.POSITIVE_INFINITY);
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
