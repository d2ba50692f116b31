import { destroying } from '../forge/destroying.ts';
import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'KEY-STATE',
  title: 'a key is said to be destroyed by approvals of something else',
  faults: {
    record: destroying,
    states: 'as-given',
    events: (events) => {
      const made = events.find((event) => event.type === 'key-state' && event.from === null);
      const proposal = made?.type === 'key-state' ? made.proposal : null;
      return changing(
        'key-state',
        (event) => event.to === 'destroyed',
        (event) => ({ ...event, proposal }),
      )(events);
    },
  },
});
