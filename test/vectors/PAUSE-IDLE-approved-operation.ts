import { paused } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PAUSE-IDLE',
  title: 'the ceremony paused with approved operations waiting to be done',
  faults: { events: paused('hsm-empty') },
});
