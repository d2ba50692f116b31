import type { Event } from '../../src/transcript/event.ts';
import { frameOf } from '../forge/edit.ts';
import { FILE, listOf, revoking } from '../forge/revoking.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-SKIP',
  title: 'the list that was given was not read, so that nobody knows what it revokes',
  faults: {
    ...revoking(listOf()),
    recorded: (files) => {
      for (const suffix of ['csv', 'txt']) files.delete(FILE.replace('csv', suffix));
    },
    events: (events) => {
      const [begin, ...rest] = frameOf(events, 'read-revocations');
      return events.flatMap((event) => {
        if (event === begin) return [{ ...event, phase: 'skip', why: 'the input "revocations" is not given' } as Event];
        return rest.includes(event) ? [] : [event];
      });
    },
  },
});
