import { PATH } from '../../src/pack/layout.ts';
import { altering } from '../forge/altering.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ROSTER-FOLLOWS',
  title: 'the roster that took the place of another leaves a version out',
  faults: {
    record: { changing: true },
    recorded: altering(PATH.nextRoster, (roster) => {
      roster.version = 3;
    }),
  },
  shell: true,
});
