import { CeremonyError } from '../base/errors.ts';
import { fieldFault } from '../plan/field-value.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { Terminal } from '../ports.ts';
import type { AnswerEvent, Event } from '../transcript/event.ts';
import { answerFaults } from './answers.ts';

/*
 * The fields of a step, as people type them into the record.
 */

/** Asks for each of them. @throws CeremonyError ANSWER_REFUSED */
export async function typedFields(step: PlannedStep, terminal: Terminal): Promise<AnswerEvent> {
  const seat = step.by[0] as string;
  const values: Record<string, string> = {};
  for (const [field, form] of Object.entries(step.fields)) {
    const kind = form['type'] as 'utc' | 'date' | 'integer' | 'serial' | 'text';
    const shape = form['shape'] as string | undefined;
    const question = {
      step: step.key,
      seat,
      text: `${step.say} Type "${field}"`.trim(),
      kind,
      ...(shape === undefined ? {} : { shape }),
      problem: (given: string) => fieldFault(given, kind, shape),
    };
    const typed = await terminal.ask(question);
    const fault = fieldFault(typed, kind, shape);
    if (fault) throw new CeremonyError('ANSWER_REFUSED', `"${field}" was typed as "${typed}": ${fault}`);
    if (
      form['twice'] === true &&
      (await terminal.ask({
        ...question,
        text: `${question.text} (again, by another person)`,
        problem: (given) => (given === typed ? undefined : 'it is not what was typed first'),
      })) !== typed
    ) {
      throw new CeremonyError('ANSWER_REFUSED', `"${field}" was typed differently the second time`);
    }
    values[field] = typed;
  }
  return { type: 'answer', step: step.key, seat, checkedBy: step.check, question: step.say, values };
}

/** What is wrong with what was typed: one answer, to each field a value of its form, and to nothing else. */
export function fieldFaults(
  step: PlannedStep,
  own: readonly Event[],
): { check: string; message: string; where: string }[] {
  const where = 'events.jsonl';
  const answer = own.find((event) => event.type === 'answer');
  if (answer?.type !== 'answer')
    return [{ check: 'STEP-ANSWER', message: `step ${step.number} "${step.key}" recorded nothing`, where }];
  const misgiven = answerFaults(step, own).map((fault) => ({
    check: 'STEP-ANSWER',
    message: `step ${step.number} "${step.key}": ${fault}`,
    where,
  }));
  const surplus = Object.keys(answer.values).filter((field) => !Object.hasOwn(step.fields, field));
  const findings = surplus.map((field) => ({
    check: 'STEP-FIELD',
    message: `step ${step.number} "${step.key}": "${field}" is no field of this step`,
    where,
  }));
  const faults = Object.entries(step.fields).flatMap(([field, form]) => {
    const value = answer.values[field];
    const fault =
      typeof value === 'string'
        ? fieldFault(value, String(form['type']), form['shape'] as string | undefined)
        : 'it is missing';
    return fault
      ? [
          {
            check: 'STEP-FIELD',
            message: `step ${step.number} "${step.key}": "${field}" is ${JSON.stringify(value ?? null)}: ${fault}`,
            where,
          },
        ]
      : [];
  });
  return [...misgiven, ...findings, ...faults];
}
