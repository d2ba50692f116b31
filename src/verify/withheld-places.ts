import type { EventLine } from '../pack/pack-reader.ts';
import type { StepType } from '../plan/step-type.ts';
import type { EventType } from '../transcript/event.ts';
import { type Run, runsIn } from './withheld.ts';

/** What people interject at a prompt, what comes of it, and how a step begins, is cut short or is left. */
const BETWEEN: readonly EventType[] = [
  'step',
  'deviation',
  'pause',
  'correction',
  'decision',
  'refusal',
  'abort',
  'resume',
];

/**
 * Empty lines that stand where nobody can have said anything, by number, each with its step. What a chain line calls
 * its event is not asked: whoever withholds a line may have written that too. Only what people say is ever withheld, and
 * they say it where they are asked: at any time in a step that has the terminal, and else before a step does anything
 * or after it has done all.
 */
export function misplacedLines(
  lines: readonly EventLine[],
  types: ReadonlyMap<string, StepType>,
): ReadonlyMap<number, string> {
  const deviations = new Set(lines.flatMap(({ event }) => (event?.type === 'deviation' ? [event.seq] : [])));
  const isBetween = ({ bytes, event }: EventLine) =>
    bytes.length === 0 ||
    (event !== undefined && BETWEEN.includes(event.type)) ||
    ((event?.type === 'approval' || event?.type === 'declined') && deviations.has(event.proposal));
  return new Map(
    runsIn(lines).flatMap(({ step, kind, lines: mine }: Run) => {
      if (step === undefined || types.get(kind ?? '')?.needs.includes('terminal')) return [];
      const first = mine.findIndex((line) => !isBetween(line));
      const last = mine.findLastIndex((line) => !isBetween(line));
      const within = first < 0 ? [] : mine.slice(first, last + 1);
      return within.filter(({ bytes }) => bytes.length === 0).map(({ number }) => [number, step] as const);
    }),
  );
}
