import type { Event } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import type { EventOf } from '../parts.ts';
import { at } from '../where.ts';

export const deviationResume = defineCheck({
  id: 'DEVIATION-RESUME',
  title:
    'that a ceremony went on after an interruption was put to the quorum before anything was proposed or begun, and before anybody signed off; and nothing else was called so',
  needs: ['events'],
  run({ events }, { report }) {
    let resume: EventOf<'resume'> | undefined;
    let isOver = false;
    for (const event of events) {
      if (event.type === 'resume') resume = isOver ? undefined : event;
      else if (event.type === 'deviation' && event.effect === 'resume') {
        if (!resume) report(at(event), 'says that the ceremony goes on, and no interruption before it is unspoken for');
        resume = undefined;
      } else if (resume && usesQuorum(event)) {
        report(at(event), `${event.type}, and that the ceremony goes on after event ${resume.seq} was put to nobody`);
        resume = undefined;
      }
      if (event.type === 'abort' || isSignOff(event)) {
        isOver = true;
        resume = undefined;
      }
    }
  },
});

function usesQuorum(event: Event): boolean {
  return event.type === 'proposed' || event.type === 'intent' || isSignOff(event);
}

function isSignOff(event: Event): boolean {
  return event.type === 'statement' && event.kind === 'sign-off';
}
