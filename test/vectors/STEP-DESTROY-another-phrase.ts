import { destroying } from '../forge/destroying.ts';
import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-DESTROY',
  title: 'a key was destroyed though another phrase was typed',
  faults: {
    record: destroying,
    events: changing(
      'answer',
      (event) => event.step === 'destroyed',
      (event) => ({ ...event, values: { phrase: 'go on' } }),
    ),
  },
});
