import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'KEY-STATE',
  title: 'a key was certified, and no event says that it is active',
  faults: {
    states: 'as-given',
    events: (events) => events.filter((event) => !(event.type === 'key-state' && event.to === 'active')),
  },
});
