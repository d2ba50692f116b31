import type { Event } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

/** Two people type back the head that is on paper. */
const TYPISTS = 2;

export const resumeHead = defineCheck({
  id: 'RESUME-HEAD',
  title: 'a ceremony went on from the head of its own record, and two people typed back the one that was on paper',
  needs: ['events', 'heads'],
  run({ events, heads }, { report }) {
    let isOnPaper = false;
    for (const event of events) {
      if (event.type === 'resume') {
        const head = heads[event.seq - 2];
        if (event.head !== head)
          report(at(event), `"head" is ${event.head}; the chain before this event has ${head ?? 'none'}`);
        const typed = new Set(event.typedBy).size;
        const wanted = isOnPaper ? TYPISTS : 0;
        // Where nobody has the paper any more, the ceremony may still be ended in order, and nothing else.
        const isEnded = typed < wanted && endsHere(events, event.seq);
        if (typed !== wanted && !isEnded)
          report(
            at(event),
            `${typed} people typed back a head; ${isOnPaper ? `one was on paper, and ${TYPISTS} type it` : 'none was on paper yet'}`,
          );
      }
      isOnPaper ||= isWritten(event);
    }
  },
});

/** Whether it had been aborted before that event, or was as soon as a step had begun after it. */
function endsHere(events: readonly Event[], seq: number): boolean {
  if (events.some((event) => event.type === 'abort' && event.seq < seq)) return true;
  const next = events.find((event) => event.seq > seq && !LEADS_TO_ABORT.includes(event.type));
  return next?.type === 'abort';
}

/** What stands between a resume and the abort in the first step after it. */
const LEADS_TO_ABORT: readonly Event['type'][] = ['act', 'step', 'refusal'];

/** At the end of each act and at each pause everybody writes the head on paper. */
function isWritten(event: Event): boolean {
  return (event.type === 'act' && event.phase === 'end') || (event.type === 'pause' && event.phase === 'begin');
}
