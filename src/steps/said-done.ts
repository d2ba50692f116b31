import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Finding } from '../base/finding.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { Running } from '../plan/step-type.ts';
import type { Terminal } from '../ports.ts';
import type { Event } from '../transcript/event.ts';
import { answerFaults } from './answers.ts';

const DONE = ['done'];
const YES_OR_NO = ['yes', 'no'];

/** One person says that it is done, or answers yes or no; the record says who said so. @param more of what the answer is about */
export async function* sayDone(
  step: PlannedStep,
  terminal: Terminal,
  isQuestion = false,
  more: JsonObject = {},
): Running {
  const seat = step.by[0] as string;
  const kind = isQuestion ? 'yes-no' : 'confirm';
  const typed = await terminal.ask({ step: step.key, seat, text: step.say, kind });
  const allowed = isQuestion ? YES_OR_NO : DONE;
  if (!allowed.includes(typed)) {
    throw new CeremonyError('ANSWER_REFUSED', `"${typed}" is no answer, expected ${allowed.join(' or ')}`);
  }
  const values = { answer: typed, ...more };
  yield { type: 'answer', step: step.key, seat, checkedBy: step.check, question: step.say, values };
}

/** Judges whether the person who does the step answered what was asked, with one of what can be answered. */
export function judgeSaidDone(step: PlannedStep, own: readonly Event[], isQuestion = false): readonly Finding[] {
  const allowed = isQuestion ? YES_OR_NO : DONE;
  const finding = (text: string): Finding => ({
    check: 'STEP-ANSWER',
    message: `step ${step.number} "${step.key}"${text}`,
    where: 'events.jsonl',
  });
  const answered = own.some(
    (event) =>
      event.type === 'answer' &&
      event.seat === step.by[0] &&
      event.question === step.say &&
      allowed.includes(String(event.values['answer'])),
  );
  return answered
    ? answerFaults(step, own).map((fault) => finding(`: ${fault}`))
    : [finding(` has no answer of ${allowed.join(' or ')} by ${step.by[0]} to what was asked`)];
}
