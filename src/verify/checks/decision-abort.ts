import { stepFrames } from '../../plan/step-frames.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const decisionAbort = defineCheck({
  id: 'DECISION-ABORT',
  title: 'where people decided to abort, the ceremony was aborted and not gone on with',
  needs: ['events'],
  run({ events }, { report }) {
    const abort = events.find((event) => event.type === 'abort');
    for (const { step, events: own } of stepFrames(events)) {
      const decision = own.find((event) => event.type === 'decision' && event.choice === 'abort');
      // After an abort the last acts go on whatever is decided in them.
      if (!decision || (abort && abort.seq < decision.seq)) continue;
      const end = own.at(-1);
      if (end?.type === 'step' && end.phase === 'end')
        report(at(end), `step "${step}" ends, and event ${decision.seq} decided to abort`);
    }
  },
});
