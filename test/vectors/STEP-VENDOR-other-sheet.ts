import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-VENDOR',
  title: 'people worked by another sheet than the one that the site names',
  faults: {
    record: { backup: true },
    recorded: (files) => void files.set('sheets/clone.txt', Buffer.from('1. Export the key in clear.\n')),
  },
});
