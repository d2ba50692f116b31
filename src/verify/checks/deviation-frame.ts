import { deviationNeed, leftBy, SUBSTANCE } from '../../plan/left-steps.ts';
import { stepFrames } from '../../plan/step-frames.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const deviationFrame = defineCheck({
  id: 'DEVIATION-FRAME',
  title:
    'a step that was skipped or repeated, or had done nothing yet when somebody was exchanged, ended once that was approved; but for a skipped one it was begun again',
  needs: ['events', 'roster', 'plan'],
  run({ events, roster, plan }, { report }) {
    const need = deviationNeed(roster, plan);
    for (const frame of stepFrames(events)) {
      const left = leftBy(frame, need);
      if (!left) continue;
      const { step, events: own } = frame;
      const { seq } = left.deviation;
      const later = own.find((event) => event.seq > left.since && SUBSTANCE.includes(event.type));
      if (later) report(at(later), `${later.type} in step "${step}" after the deviation in event ${seq} ended it`);
      const end = own.at(-1);
      if (left.to !== 'repeat' || end?.type !== 'step') continue;
      // An interruption may come first, and with it the checks that are done again.
      const isCutShort = events.find((event) => event.seq > end.seq)?.type === 'resume';
      const next = events.find(
        (event) =>
          event.seq > end.seq &&
          (isCutShort ? event.type === 'step' && event.step === step : event.type === 'step' || event.type === 'act'),
      );
      if (next && !(next.type === 'step' && next.phase === 'begin' && next.step === step))
        report(at(next), `step "${step}" is not begun again, as the deviation in event ${seq} says`);
    }
  },
});
