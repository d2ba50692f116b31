import type { EventLine } from '../pack/pack-reader.ts';

export interface WithheldLine {
  readonly number: number;
  /** Key of the step that was open; undefined outside of any, where nothing stands that may be withheld. */
  readonly step: string | undefined;
}

/** The empty lines of events.jsonl, each with the step in which it stands. */
export function withheldLines(lines: readonly EventLine[]): readonly WithheldLine[] {
  let step: string | undefined;
  const withheld: WithheldLine[] = [];
  for (const { number, bytes, event } of lines) {
    if (bytes.length === 0) withheld.push({ number, step });
    if (event?.type === 'step') step = event.phase === 'begin' ? event.step : undefined;
    if (event?.type === 'abort' || event?.type === 'close') step = undefined;
  }
  return withheld;
}

/** Keys of the steps that cannot be judged, because lines of them are withheld. */
export function withheldSteps(lines: readonly EventLine[]): ReadonlySet<string> {
  return new Set(withheldLines(lines).flatMap(({ step }) => (step === undefined ? [] : [step])));
}
