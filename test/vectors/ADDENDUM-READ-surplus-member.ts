import { addAddendum } from '../forge/addendum.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ADDENDUM-READ',
  title: 'an addendum with a member that the format does not know',
  faults: { sealed: (files, tools) => void addAddendum(files, tools, { change: (document) => { document['by'] = 'dana'; } }) },
  shell: true,
});
