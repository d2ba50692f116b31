import { PATH } from '../../src/pack/layout.ts';
import { altering } from '../forge/altering.ts';
import { defineVector } from '../forge/vector.ts';

const onRoster = altering(PATH.nextRoster, ({ members }) => {
  members.push({ seat: 'mallory', role: 'auditor', evidence: 'paper' });
});
const approved = altering(PATH.rosterChange, (change) => {
  change.joins = ['frank', 'mallory'];
});

export const vector = defineVector({
  check: 'ROSTER-FOLLOWS',
  title: 'the roster that took the place of another has a member more, whom nobody enrolled',
  faults: {
    record: { changing: true },
    recorded: async (files, recording) => {
      await onRoster(files, recording);
      await approved(files, recording);
    },
  },
  where: PATH.nextRoster,
});
