import { addAddendum } from '../forge/addendum.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ADDENDUM-READ',
  title: 'an addendum whose files are not sorted',
  faults: { sealed: (files, tools) => void addAddendum(files, tools, { change: (document) => { document.files.reverse(); } }) },
  shell: true,
});
