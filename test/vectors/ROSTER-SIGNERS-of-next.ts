import { defineVector } from '../forge/vector.ts';

const MISSING = 'roster/next/authority-1.p7s';

export const vector = defineVector({
  check: 'ROSTER-SIGNERS',
  title: 'a member with a token has not signed the roster that took the place of another',
  faults: {
    record: { changing: true },
    recorded: (files) => void files.delete(MISSING),
    events: (events) => events.filter((event) => event.type !== 'file' || event.path !== MISSING),
  },
  shell: true,
});
