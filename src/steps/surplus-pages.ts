import { CeremonyError } from '../base/errors.ts';
import { isOfPaper } from '../ledger/paper-shares.ts';
import { type Plan, type PlannedStep, stepsOf } from '../plan/plan.ts';
import type { Running } from '../plan/step-type.ts';
import type { Terminal } from '../ports.ts';
import type { AnswerEvent, Event } from '../transcript/event.ts';
import { answerersFaults } from './answers.ts';

/*
 * One page of each share is kept account of. Whatever else came out of the printer, or may have before an interruption, is
 * the same share in the same clear letters: somebody says that it is shredded, and somebody else has seen it.
 */

const DONE = 'done';

export interface PageOf {
  readonly set: string;
  readonly seat: string;
}

function isAnswerOf({ set, seat }: PageOf, event: Event): event is Event & AnswerEvent {
  return event.type === 'answer' && event.values['set'] === set && event.values['seat'] === seat;
}

/** Whether more than the page that was read back may have come out of the printer, and nobody has said since what became of it. */
export function hasSurplus(page: PageOf, events: readonly Event[]): boolean {
  let isPending = false;
  let tries = 0;
  let isNew = true;
  for (const event of events) {
    if (isAnswerOf(page, event) && event.values['answer'] === DONE) isPending = false;
    if (!isOfPaper(event) || event.facts['set'] !== page.set || event.facts['seat'] !== page.seat) continue;
    if (event.facts['state'] !== 'read-back') {
      tries += 1;
      continue;
    }
    // Of what was read back once more, a page that was printed for it is one too many.
    if (tries > 1 || Number(event.facts['pages']) > (isNew ? 1 : 0)) isPending = true;
    [tries, isNew] = [0, false];
  }
  return isPending;
}

function questionOf({ seat }: PageOf): string {
  return `Every page of ${seat} but the one that was read back is shredded before everybody, and none lies in the printer.`;
}

/** @throws CeremonyError ANSWER_REFUSED */
export async function* accountForSurplus(
  page: PageOf,
  step: PlannedStep,
  terminal: Terminal,
  events: readonly Event[],
): Running {
  if (!hasSurplus(page, events)) return;
  const { set, seat } = page;
  const [by = ''] = step.by;
  const question = questionOf(page);
  const typed = await terminal.ask({ step: step.key, seat: by, text: question, kind: 'confirm' });
  if (typed !== DONE) throw new CeremonyError('ANSWER_REFUSED', `"${typed}" is no answer, expected ${DONE}`);
  const values = { answer: typed, set, seat };
  yield { type: 'answer', step: step.key, seat: by, checkedBy: step.check, question, values };
}

/** @param before seq of the intent */
export function surplusFaults(
  page: PageOf,
  step: PlannedStep,
  own: readonly Event[],
  { planAt, before }: { readonly planAt: (seq: number) => Plan; readonly before: number },
): string[] {
  const earlier = own.filter(({ seq }) => seq < before);
  if (hasSurplus(page, earlier))
    return [
      `more than one page of "${page.seat}" may have come out of the printer, and nobody said that the others are shredded`,
    ];
  return own.flatMap((answer) => {
    if (!isAnswerOf(page, answer)) return [];
    const then = stepsOf(planAt(answer.seq)).find(({ key }) => key === step.key) ?? step;
    return answerersFaults(then, answer, questionOf(page));
  });
}
