import { PATH } from '../../src/pack/layout.ts';
import { altering } from '../forge/altering.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ROSTER-FOLLOWS',
  title: 'the roster that took the place of another has a member more, whom nobody enrolled',
  faults: {
    record: { changing: true },
    recorded: altering(PATH.nextRoster, ({ members }) => {
      members.push({ seat: 'mallory', role: 'auditor', evidence: 'paper' });
    }),
  },
  where: PATH.nextRoster,
});
