import { defineVector } from '../forge/vector.ts';

const HOUR = 60 * 60 * 1000;

/** An hour later. */
function later(at: string): string {
  return `${new Date(Date.parse(at) + HOUR).toISOString().slice(0, 19)}Z`;
}

export const vector = defineVector({
  check: 'STEP-BREAK',
  title: 'a break took longer than planned, and nobody recorded why',
  faults: {
    record: { vault: true },
    events: (events) => {
      const back = events.findIndex((event) => event.type === 'pause' && event.phase === 'end');
      return events.map((event, index) => (index < back ? event : { ...event, at: later(event.at) }));
    },
  },
});
