import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'QUORUM-CLASS',
  title: 'the roster has no rule for a class that was used',
  faults: {
    documents: (documents) => {
      const { inventory: _, ...classes } = documents.roster['classes'] as Record<string, never>;
      documents.roster = { ...documents.roster, classes };
    },
  },
  shell: true,
});
