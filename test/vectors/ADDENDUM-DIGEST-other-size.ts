import { addAddendum } from '../forge/addendum.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ADDENDUM-DIGEST',
  title: 'an addendum that says another size of a file than it has',
  faults: { sealed: (files, tools) => void addAddendum(files, tools, { change: ({ files: [film] }) => { if (film) film['size'] = 9; } }) },
  shell: true,
});
