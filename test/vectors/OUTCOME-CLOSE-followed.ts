import { addingAfter } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OUTCOME-CLOSE',
  title: 'something was recorded after the ceremony was closed',
  faults: {
    events: addingAfter(
      (event) => event.type === 'close',
      () => ({ type: 'observation', step: 'close', subject: 'afterthought', facts: {} }),
    ),
  },
});
