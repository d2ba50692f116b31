import { redescribed } from '../forge/edit.ts';
import { rotating } from '../forge/rotating.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'QUORUM-RECIPIENTS',
  title: 'a new share is sealed to a further token',
  faults: {
    record: rotating,
    events: redescribed('rotate-user', (descriptor) => {
      const set = descriptor['set'] as { shares: { recipients: string[] }[] };
      const [first, ...others] = set.shares;
      const sealed = { ...first, recipients: [...(first?.recipients ?? []), OTHER_DIGEST] };
      descriptor['set'] = { ...set, shares: [sealed, ...others] };
    }),
  },
});
