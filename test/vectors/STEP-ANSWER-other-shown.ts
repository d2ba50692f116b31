import { changing } from '../forge/edit.ts';
import { intake } from '../forge/intake.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ANSWER',
  title: 'people were shown something else than what the request asks for',
  faults: {
    record: intake(),
    events: changing(
      'answer',
      (event) => event.step === 'differences',
      (event) => ({ ...event, values: { ...event.values, shown: OTHER_DIGEST } }),
    ),
  },
});
