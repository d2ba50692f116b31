import { resumed } from '../forge/at-table.ts';
import { chained, dropping, frameOf } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ORDER',
  title: 'a step that a crash cut short was not begun again',
  faults: {
    events: (events) => {
      const whole = frameOf(events, 'hsm-seen');
      return chained(
        resumed('hsm-seen'),
        dropping((event) => whole.includes(event)),
      )(events);
    },
  },
});
