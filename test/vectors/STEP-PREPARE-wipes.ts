import { redescribed } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-PREPARE',
  title: 'the quorum approved that another token be wiped',
  faults: { events: redescribed('activation', (descriptor) => void (descriptor['wipes'] = 'old-root')) },
});
