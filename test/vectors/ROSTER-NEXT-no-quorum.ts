import { PATH } from '../../src/pack/layout.ts';
import { altering } from '../forge/altering.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ROSTER-NEXT',
  title: 'the roster that took the place of another lets one person alone approve',
  faults: {
    record: { changing: true },
    recorded: altering(PATH.nextRoster, (roster) => {
      roster.classes.sign.need = 1;
    }),
  },
  shell: true,
});
