import type { Event } from '../../src/transcript/event.ts';
import { addingAfter } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OUTCOME-SIGN-OFF',
  title: 'an operation was proposed after people had signed off',
  faults: {
    events: (events) => {
      const again = events.find((event) => event.type === 'proposed' && event.step === 'hsm-empty') as Event;
      const edited = addingAfter(
        (event) => event.type === 'step' && event.step === 'sign-off@ivo' && event.phase === 'begin',
        (after) => ({ ...again, expires: again.type === 'proposed' ? again.expires : after.at }),
      );
      return edited(events);
    },
  },
});
