import { deviationNeed } from '../../plan/left-steps.ts';
import type { Event } from '../../transcript/event.ts';
import { quorumSince } from '../ballots.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const deviationApproved = defineCheck({
  id: 'DEVIATION-APPROVED',
  title:
    'no operation was proposed or begun, and nobody signed off, before as many distinct people as roster and script demand had approved every deviation so far',
  needs: ['deviations', 'deviationCounts', 'events', 'roster', 'plan'],
  run({ deviations, deviationCounts, events, roster, plan }, { report }) {
    const need = deviationNeed(roster, plan);
    const aborted = events.find((event) => event.type === 'abort')?.seq ?? Number.POSITIVE_INFINITY;
    for (const deviation of deviations) {
      const count = deviationCounts.get(deviation.seq);
      if (!count) continue;
      const since = quorumSince(deviation, count.seats, need) ?? Number.POSITIVE_INFINITY;
      const early = events.find(
        (event) => event.seq > deviation.seq && event.seq < since && mustWait(event, event.seq > aborted),
      );
      if (!early) continue;
      const approvals = deviation.approvals.filter(({ seat, seq }) => seq < early.seq && count.seats.includes(seat));
      const people = [...new Set(approvals.map(({ seat }) => seat))].join(', ') || 'nobody';
      report(
        at(early),
        `${early.type} before the deviation in event ${deviation.seq} was approved: ${need} people are needed; approved had ${people}`,
      );
    }
  },
});

/** A ceremony that was aborted may be put away and signed whatever was left unapproved. */
function mustWait(event: Event, aborted: boolean): boolean {
  if (event.type === 'proposed' || event.type === 'intent') return true;
  return event.type === 'statement' && event.kind === 'sign-off' && !aborted;
}
