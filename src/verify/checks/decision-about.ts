import { openSteps } from '../../plan/step-frames.ts';
import type { Event } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const decisionAbout = defineCheck({
  id: 'DECISION-ABOUT',
  title: 'every decision is one about something that was refused, declined or failed before it in the same step, once',
  needs: ['events'],
  run({ events }, { report }) {
    const known = new Map(events.map((event) => [event.seq, event]));
    const steps = openSteps(events);
    const decided = new Map<number, number>();
    for (const event of events) {
      if (event.type !== 'decision') continue;
      const about = event.about < event.seq ? known.get(event.about) : undefined;
      const before = decided.get(event.about);
      if (!about || !wentWrong(about))
        report(at(event), `event ${event.about} is nothing that was refused, declined or failed before this`);
      else if (steps.get(about.seq) !== event.step)
        report(at(event), `event ${event.about} is not one of step "${event.step}"`);
      else if (before !== undefined)
        report(at(event), `event ${event.about} was decided on before, in event ${before}`);
      decided.set(event.about, event.seq);
    }
  },
});

function wentWrong(event: Event): boolean {
  return (
    event.type === 'refusal' || event.type === 'declined' || (event.type === 'result' && event.outcome === 'failed')
  );
}
