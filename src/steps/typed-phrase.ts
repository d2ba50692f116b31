import { CeremonyError } from '../base/errors.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { Running, SimulateContext } from '../plan/step-type.ts';
import type { Terminal } from '../ports.ts';
import { withCorrections } from '../transcript/correction.ts';
import type { AnswerEvent, Event } from '../transcript/event.ts';

/*
 * A phrase that one person types, and another reads, before something is done that no one can undo: whoever types it has read
 * what it says.
 */

/** One person types it, and another checks. */
export function holdPhrase({ step, report }: SimulateContext): void {
  if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody types the phrase', 'add "by:"');
  if (step.check.length === 0) report('PLAN_PEOPLE', [], 'nobody reads what is typed', 'add "check:"');
  if (step.key !== step.id)
    report('PLAN_PEOPLE', [], 'several people would do it each for themselves', 'write "by:" with one seat');
}

/** Has the phrase typed, unless it was before an interruption. @throws CeremonyError ANSWER_REFUSED */
export async function* typePhrase(
  step: PlannedStep,
  phrase: string,
  terminal: Terminal,
  events: () => readonly Event[],
): Running {
  if (typedIn(step, events())) return;
  const seat = step.by[0] as string;
  const problem = (typed: string) =>
    typed === phrase ? undefined : `type exactly "${phrase}", or ? where that is not what is wanted`;
  const text = `What is done now cannot be undone. Have it read by another person, and type: ${phrase}`;
  const typed = await terminal.ask({ step: step.key, seat, text, kind: 'phrase', shown: phrase, problem });
  const fault = problem(typed);
  if (fault !== undefined) throw new CeremonyError('ANSWER_REFUSED', `"${typed}" was typed: ${fault}`);
  yield {
    type: 'answer',
    step: step.key,
    seat,
    checkedBy: step.check,
    question: step.say,
    values: { phrase: typed },
  };
}

/** What is wrong with the phrase of a step: it was typed, and before anything was proposed. */
export function phraseFaults(step: PlannedStep, phrase: string, events: readonly Event[]): string[] {
  const typed = typedIn(step, withCorrections(events));
  const proposed = events.find((event) => event.type === 'proposed' && event.step === step.key);
  if (!typed) return ['nobody typed the phrase'];
  return [
    ...(typed.values['phrase'] === phrase
      ? []
      : [`"${String(typed.values['phrase'])}" was typed; the phrase is "${phrase}"`]),
    ...(proposed && proposed.seq < typed.seq ? ['the phrase was typed after it was proposed'] : []),
  ];
}

function typedIn({ key }: PlannedStep, events: readonly Event[]): (Event & AnswerEvent) | undefined {
  return events.find((event): event is Event & AnswerEvent => event.type === 'answer' && event.step === key);
}
