import { defineCheck } from '../check.ts';
import { isOpenAt } from '../open-proposal.ts';
import { at } from '../where.ts';

export const pauseIdle = defineCheck({
  id: 'PAUSE-IDLE',
  title: 'no proposal was open during a pause',
  needs: ['events', 'proposals'],
  run({ events, proposals }, { report }) {
    for (const event of events) {
      if (event.type !== 'pause' || event.phase !== 'begin') continue;
      for (const proposal of proposals) {
        if (proposal.seq < event.seq && isOpenAt(proposal, event, events))
          report(at(event), `the proposal in event ${proposal.seq} for step "${proposal.event.step}" is open`);
      }
    }
  },
});
