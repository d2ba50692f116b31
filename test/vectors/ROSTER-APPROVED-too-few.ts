import { defineVector } from '../forge/vector.ts';

const MISSING = ['roster/change/carol.p7s', 'roster/change/dave.p7s'];

export const vector = defineVector({
  check: 'ROSTER-APPROVED',
  title: 'a roster took the place of another, and two of three needed people had approved that',
  faults: {
    record: { changing: true },
    recorded: (files) => {
      for (const path of MISSING) files.delete(path);
    },
    events: (events) => events.filter((event) => event.type !== 'file' || !MISSING.includes(event.path)),
  },
  where: 'roster/change.json',
  shell: true,
});
