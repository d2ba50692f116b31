import { closesStep } from '../../plan/step-frames.ts';
import type { Event } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import { at, eventLine } from '../where.ts';
import { withheldLines } from '../withheld.ts';

export const stepFrame = defineCheck({
  id: 'STEP-FRAME',
  title: 'acts and steps begin and end in turn, and everything that is recorded belongs to the step that is open',
  needs: ['events', 'eventLines'],
  run({ events, eventLines }, { report }) {
    for (const { number, step } of withheldLines(eventLines)) {
      if (step === undefined)
        report(eventLine(number), 'the event is withheld, and no step is open; answers and corrections stand in steps');
    }
    let act: number | undefined;
    let step: string | undefined;
    const proposedFor = new Map<number, string>();
    for (const event of events) {
      const fault = faultOf(event, act, step) ?? operationFault(event, step, proposedFor);
      if (fault) report(at(event), fault);
      if (event.type === 'proposed') proposedFor.set(event.seq, event.step);
      if (event.type === 'act') act = event.phase === 'begin' ? event.act : undefined;
      if (event.type === 'step') step = event.phase === 'begin' ? event.step : undefined;
      // The step that was open when the ceremony was aborted or cut short stays unfinished. An abort ends its act too.
      if (closesStep(event)) step = undefined;
    }
  },
});

function faultOf(event: Event, act: number | undefined, step: string | undefined): string | undefined {
  switch (event.type) {
    case 'opening':
    // Of the step that ended right before, or was open when the ceremony was aborted: KEY-STATE says where it stands.
    case 'key-state':
      return undefined;
    case 'act':
      if (step !== undefined) return `act ${event.act + 1} has its ${event.phase} while step "${step}" is open`;
      if (event.phase === 'begin')
        return act === undefined ? undefined : `act ${event.act + 1} begins while act ${act + 1} is open`;
      return act === event.act ? undefined : `act ${event.act + 1} ends, and it is not open`;
    case 'step':
      if (act === undefined) return `step "${event.step}" stands outside an act`;
      if (event.phase === 'end')
        return step === event.step ? undefined : `step "${event.step}" ends, and it is not open`;
      return step === undefined
        ? undefined
        : `step "${event.step}" has its ${event.phase} while step "${step}" is open`;
    case 'answer':
    case 'observation':
    case 'statement':
    case 'refusal':
    case 'deviation':
    case 'pause':
    case 'correction':
    case 'decision':
    case 'reconciliation':
    case 'abort':
    case 'close':
      return step === event.step
        ? undefined
        : `belongs to step "${event.step}", and ${step === undefined ? 'no step' : `"${step}"`} is open`;
    case 'resume':
      return event.step === (step ?? '')
        ? undefined
        : `closes ${event.step === '' ? 'no step' : `"${event.step}"`}, and ${step === undefined ? 'none' : `"${step}"`} is open`;
    default:
      return step === undefined ? 'stands outside a step' : undefined;
  }
}

/** An operation may be proposed and approved in an earlier step; it is done in its own. */
function operationFault(
  event: Event,
  step: string | undefined,
  proposedFor: ReadonlyMap<number, string>,
): string | undefined {
  if (event.type !== 'intent' && event.type !== 'result') return undefined;
  const own = proposedFor.get(event.proposal);
  return own === undefined || own === step
    ? undefined
    : `is of step "${own}", and ${step === undefined ? 'no step' : `"${step}"`} is open`;
}
