import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CUSTODY-LEFT',
  title: 'a medium lies on the table when the record closes',
  faults: {
    record: { vault: true, refuse: ({ step }) => step === 'publish-away' },
    options: { outcome: 'aborted' },
  },
});
