import { exchanged } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ROSTER-PEOPLE',
  title: 'nobody is named for somebody who came in the place of another',
  faults: {
    record: { spare: true },
    documents: (documents) => {
      const { hana: _, ...people } = documents.people['people'] as Record<string, never>;
      documents.people = { ...documents.people, people };
    },
    events: exchanged('key-read', 'gus', 'hana'),
  },
});
