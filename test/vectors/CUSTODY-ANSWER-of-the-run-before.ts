import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CUSTODY-ANSWER',
  title: 'a thing came out of another bag than the list has, in a run of a step that was repeated',
  faults: {
    record: {
      vault: true,
      interject: (step, phase, events) =>
        step === 'hsm-out' && phase === 'leave' && !events.some(({ type }) => type === 'deviation')
          ? {
              interject: 'deviation',
              what: 'The witness had not looked',
              why: 'Somebody called',
              effect: 'repeat',
              agreed: ['sam', 'gus'],
            }
          : undefined,
    },
    events: changing(
      'answer',
      (event) => event.step === 'hsm-out',
      (event) => ({ ...event, values: { ...event.values, bag: 'A0012399' } }),
    ),
  },
});
