import { PATH } from '../../src/pack/layout.ts';
import { altering } from '../forge/altering.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ROSTER-FOLLOWS',
  title: 'the roster that took the place of another lets fewer people sign, and all of them have signed it',
  faults: {
    record: { changing: true },
    recorded: altering(PATH.nextRoster, (roster) => {
      roster.classes.sign.need = 2;
    }),
  },
  where: PATH.nextRoster,
  shell: true,
});
