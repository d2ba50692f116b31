import { deciding } from '../forge/destroying.ts';
import { changing, proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-KEY-STATE',
  title: 'a result says that a decision about the state of a key was another one',
  faults: {
    record: deciding,
    events: (events) =>
      changing(
        'result',
        (event) => event.proposal === proposalSeq(events, 'cleared'),
        (event) => ({ ...event, facts: { ...event.facts, from: 'active', to: 'suspended' } }),
      )(events),
  },
});
