import { stepsOf } from '../../plan/plan.ts';
import { defineCheck } from '../check.ts';
import type { EventOf } from '../parts.ts';
import { at } from '../where.ts';

export const correctionTarget = defineCheck({
  id: 'CORRECTION-TARGET',
  title: 'every correction is one of an answer before it, and gives other values for what was asked there',
  needs: ['events', 'eventLines', 'plan'],
  run({ events, eventLines, plan }, { report }) {
    const steps = new Map(stepsOf(plan).map((step) => [step.key, step]));
    // Of a thing the number that was typed may be another one; which thing it is, and what was done with it, may not.
    const mayChange = ({ step, values }: EventOf<'answer'>, name: string) =>
      values['unit'] === undefined || Object.hasOwn(steps.get(step)?.fields ?? {}, name);
    const known = new Map(events.map((event) => [event.seq, event]));
    for (const event of events) {
      if (event.type !== 'correction') continue;
      const answer = event.answer < event.seq ? known.get(event.answer) : undefined;
      // Of a withheld answer nobody can tell; its step is not judged.
      if (!answer && event.answer < event.seq && eventLines[event.answer - 1]?.bytes.length === 0) continue;
      if (answer?.type !== 'answer') {
        report(at(event), `event ${event.answer} is no answer before this`);
        continue;
      }
      for (const name of Object.keys(event.values)) {
        if (!Object.hasOwn(answer.values, name))
          report(at(event), `"${name}" is no value of the answer in event ${event.answer}`);
        else if (event.values[name] !== answer.values[name] && !mayChange(answer, name))
          report(at(event), `"${name}" of the answer in event ${event.answer} is no value that was typed`);
      }
    }
  },
});
