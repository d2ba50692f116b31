import type { Finding } from '../base/finding.ts';
import { bagsSeen, CUSTODY_STEPS, type CustodyAct, custodyAfter, lastBag, sameBag } from '../ledger/custody.ts';
import { bagFault, placeOf, unitsOfStep } from '../plan/custody.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { StepEvidence } from '../plan/step-type.ts';
import type { AnswerEvent, Event } from '../transcript/event.ts';
import { answerersFaults, answersIn } from './answers.ts';
import { isDue } from './custody.ts';

/** Judges what a step of custody recorded: each thing that was due, once, by these people, with the number it had or a new one. */
export function judgeCustody(step: PlannedStep, own: readonly Event[], evidence: StepEvidence): readonly Finding[] {
  const did = CUSTODY_STEPS[step.type] as CustodyAct;
  const begin = own[0]?.seq ?? 0;
  const before = evidence.events.filter((event) => event.seq < begin);
  const due = unitsOfStep(evidence.plan, step).filter(({ unit }) =>
    isDue(did, custodyAfter(evidence.plan, before).get(unit)),
  );
  const answers = answersIn(own, evidence);
  const finding = (message: string): Finding => ({
    check: 'STEP-CUSTODY',
    message: `step ${step.number} "${step.key}": ${message}`,
    where: 'events.jsonl',
  });
  const faults = answers.flatMap((answer) => answerersFaults(step, answer, step.say));
  const counted = due.flatMap(({ unit }) => {
    const found = answers.filter(({ values }) => values['unit'] === unit);
    return found.length === 1 ? [] : [`of "${unit}" is recorded ${found.length} times what became of it`];
  });
  const foreign = answers.filter(({ values }) => !due.some(({ unit }) => unit === values['unit']));
  const surplus = foreign.map(({ values }) => `"${String(values['unit'])}" is nothing that this step is about`);
  const wrong = answers
    .filter((answer) => !foreign.includes(answer))
    .flatMap((answer) => custodyFaults(answer, did, step, evidence));
  return [...faults, ...counted, ...surplus, ...wrong].map(finding);
}

/** What is wrong with what an answer says of a thing. */
export function custodyFaults(
  answer: Event & AnswerEvent,
  did: CustodyAct,
  step: PlannedStep,
  { plan, events }: Pick<StepEvidence, 'plan' | 'events'>,
): string[] {
  const unit = String(answer.values['unit']);
  const earlier = events.filter((event) => event.seq < answer.seq);
  const custody = custodyAfter(plan, earlier).get(unit);
  const { bag, place } = answer.values;
  const faults: string[] = [];
  if (answer.values['did'] !== did)
    faults.push(`"${unit}" is recorded as ${JSON.stringify(answer.values['did'] ?? null)}, not as ${did}`);
  if ((did === 'sealed' || did === 'handed-over') && place !== placeOf(step, plan, unit))
    faults.push(`"${unit}" went to ${JSON.stringify(place ?? null)}; the plan says "${placeOf(step, plan, unit)}"`);
  if (did === 'unsealed' || (did === 'sealed' && custody?.state === 'sealed')) {
    const before = custody?.bag ?? lastBag(plan, earlier, unit);
    if (bag !== before)
      faults.push(
        `the bag of "${unit}" had the number ${JSON.stringify(bag ?? null)}, and "${before ?? 'none'}" before`,
      );
  } else if (did === 'sealed') {
    const fault = typeof bag === 'string' ? bagFault(bag) : 'it is missing';
    if (fault) faults.push(`the new bag of "${unit}" is ${JSON.stringify(bag ?? null)}: ${fault}`);
    else if (bagsSeen(plan, earlier).has(sameBag(bag as string)))
      faults.push(`the bag "${bag}" of "${unit}" was in use before`);
  }
  return faults;
}
