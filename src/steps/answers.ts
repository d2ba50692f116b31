import type { PlannedStep } from '../plan/plan.ts';
import type { StepEvidence } from '../plan/step-type.ts';
import { withCorrections } from '../transcript/correction.ts';
import type { AnswerEvent, Event } from '../transcript/event.ts';

/**
 * What is wrong with the answer of a step that asks for one: it is one, to what was asked, by the person who does the
 * step, checked by exactly those who check it. What was answered is the step type's to judge.
 * @returns nothing where nothing was answered
 */
export function answerFaults(step: PlannedStep, own: readonly Event[]): string[] {
  const answers = own.filter((event): event is Event & AnswerEvent => event.type === 'answer');
  const more = answers.length > 1 ? [`${answers.length} answers are recorded, where one is asked for`] : [];
  return [...more, ...answers.flatMap((answer) => answerersFaults(step, answer, step.say))];
}

/** Answers as they were corrected, whenever that was. */
export function answersIn(own: readonly Event[], evidence: Pick<StepEvidence, 'events'>): (Event & AnswerEvent)[] {
  const seqs = new Set(own.map(({ seq }) => seq));
  return withCorrections(evidence.events).filter(
    (event): event is Event & AnswerEvent => event.type === 'answer' && seqs.has(event.seq),
  );
}

/** What is wrong with who answered, who checked, and what was asked, of one answer. */
export function answerersFaults(
  step: PlannedStep,
  { seat, question, checkedBy }: AnswerEvent,
  asked: string,
): string[] {
  return [
    ...(seat === step.by[0] ? [] : [`"${seat}" answered; the plan asks "${step.by[0] ?? ''}"`]),
    ...(question === asked ? [] : [`"${question}" was answered; the plan asks "${asked}"`]),
    ...(isSame(checkedBy, step.check)
      ? []
      : [`the answer is checked by ${named(checkedBy)}; the plan says ${named(step.check)}`]),
  ];
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.toSorted().join() === others.toSorted().join();
}

function named(seats: readonly string[]): string {
  return seats.length === 0 ? 'nobody' : seats.join(', ');
}
