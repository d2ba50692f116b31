import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ROSTER-PEOPLE',
  title: 'nobody is named for a seat',
  faults: {
    documents: (documents) => {
      const { gus: _, ...people } = documents.people['people'] as Record<string, never>;
      documents.people = { ...documents.people, people };
    },
  },
});
