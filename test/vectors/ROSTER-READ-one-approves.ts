import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ROSTER-READ',
  title: 'the roster lets one person approve alone',
  faults: {
    documents: (documents) => {
      const classes = documents.roster['classes'] as Record<string, { role: string; need: number }>;
      documents.roster = { ...documents.roster, classes: { ...classes, sign: { role: 'crypto-officer', need: 1 } } };
    },
  },
});
