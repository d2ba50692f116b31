import { PATH } from '../../src/pack/layout.ts';
import { altering } from '../forge/altering.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ROSTER-APPROVED',
  title: 'what was approved is that another member leaves',
  faults: {
    record: { changing: true },
    recorded: altering(PATH.rosterChange, (change) => {
      change.leaves = ['dave'];
    }),
  },
  where: PATH.rosterChange,
  shell: true,
});
