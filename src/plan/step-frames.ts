import type { Event } from '../transcript/event.ts';

/** One run of a step: a step that is repeated, or begun again after a crash, has several. */
export interface StepFrame {
  readonly step: string;
  /** From its begin to its end, both included; or to the abort, the resume or the last event where it has no end. */
  readonly events: readonly Event[];
}

/** The runs of steps in their order. A step that was left out because its condition did not hold has none. */
export function stepFrames(events: readonly Event[]): readonly StepFrame[] {
  const frames: { readonly step: string; readonly events: Event[] }[] = [];
  let open: { readonly step: string; readonly events: Event[] } | undefined;
  for (const event of events) {
    if (event.type === 'step' && event.phase === 'begin') {
      open = { step: event.step, events: [] };
      frames.push(open);
    }
    open?.events.push(event);
    if (closesStep(event)) open = undefined;
  }
  return frames;
}

/** Whether no step is open any more after this event. */
export function closesStep(event: Event): boolean {
  return event.type === 'abort' || event.type === 'resume' || (event.type === 'step' && event.phase !== 'begin');
}

/** For each event, by its seq, the step that is open when it is recorded; nothing outside of any. */
export function openSteps(events: readonly Event[]): ReadonlyMap<number, string> {
  return new Map(stepFrames(events).flatMap(({ step, events: own }) => own.map((event) => [event.seq, step] as const)));
}
