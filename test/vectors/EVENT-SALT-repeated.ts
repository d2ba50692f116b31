import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'EVENT-SALT',
  title: 'two events have the same salt',
  faults: { events: (events) => events.map((event, index) => (index === 1 ? { ...event, salt: events[0]?.salt ?? '' } : event)) },
});
