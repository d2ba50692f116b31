import { redescribed } from '../forge/edit.ts';
import { rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROTATE',
  title: 'the quorum approved a guess at the PIN although nothing had been interrupted',
  faults: {
    record: rotating,
    events: redescribed('rotate-user', (descriptor) => void (descriptor['adopts'] = 'ab'.repeat(32))),
  },
});
