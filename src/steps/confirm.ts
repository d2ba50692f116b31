import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { defineStep } from '../plan/step-type.ts';
import { answerFaults } from './answers.ts';
import { oneOf } from './paper-parts.ts';

/** People do something, or answer a question with yes or no; the record says who said so. */
export const confirm = defineStep({
  name: 'confirm',
  version: 1,
  summary: 'People confirm that something was done, or answer yes or no.',
  irreversible: false,
  needs: ['terminal'],
  schema: z.strictObject({ answer: z.literal('yes-or-no', { error: '"yes-or-no"' }).exactOptional() }),
  simulate(_params, world, { step, report }) {
    if (step.say === '') report('PLAN_PARAMETER', [], 'nothing is said: what do people confirm?', 'add "say:"');
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody confirms this', 'add "by:"');
    return world;
  },
  describe: (params) => [params.answer ? 'Answer yes or no.' : 'Say when it is done.'],
  paper: (params) => [params.answer ? oneOf('yes', 'no') : { kind: 'ticks', says: '', of: ['done'] }],
  async *run(params, step, { terminal }) {
    const seat = step.by[0] as string;
    const kind = params.answer ? 'yes-no' : 'confirm';
    const typed = await terminal.ask({ step: step.key, seat, text: step.say, kind });
    const allowed = answersOf(params.answer !== undefined);
    if (!allowed.includes(typed)) {
      throw new CeremonyError('ANSWER_REFUSED', `"${typed}" is no answer, expected ${allowed.join(' or ')}`);
    }
    yield {
      type: 'answer',
      step: step.key,
      seat,
      checkedBy: step.check,
      question: step.say,
      values: { answer: typed },
    };
  },
  verify(params, step, own) {
    const allowed = answersOf(params.answer !== undefined);
    const answered = own.some(
      (event) =>
        event.type === 'answer' &&
        event.seat === step.by[0] &&
        event.question === step.say &&
        allowed.includes(String(event.values['answer'])),
    );
    const where = 'events.jsonl';
    return answered
      ? answerFaults(step, own).map((fault) => ({
          check: 'STEP-ANSWER',
          message: `step ${step.number} "${step.key}": ${fault}`,
          where,
        }))
      : [
          {
            check: 'STEP-ANSWER',
            message: `step ${step.number} "${step.key}" has no answer of ${allowed.join(' or ')} by ${step.by[0]} to what was asked`,
            where,
          },
        ];
  },
});

function answersOf(isQuestion: boolean): readonly string[] {
  return isQuestion ? ['yes', 'no'] : ['done'];
}
