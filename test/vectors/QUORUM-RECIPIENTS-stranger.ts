import { redescribed } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'QUORUM-RECIPIENTS',
  title: "a share is sealed to a key that is not its custodian's",
  faults: {
    events: redescribed('activation', (descriptor) => {
      const sets = descriptor['sets'] as { shares: { seat: string; recipients: string[] }[] }[];
      const [first] = sets[0]?.shares ?? [];
      first?.recipients.push(OTHER_DIGEST);
    }),
  },
});
