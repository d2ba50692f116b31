import { deviated } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'EVENT-TEXT',
  title: 'what people read of a deviation holds a character that turns it around',
  faults: { events: deviated('film', { what: 'The seal was \u202enekorb\u202c' }) },
});
