import { redescribed } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-DESCRIPTOR',
  title: 'a descriptor lacks a member',
  faults: { events: redescribed('hsm-empty', (descriptor) => void delete descriptor['index']) },
});
