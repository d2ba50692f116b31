import { addAddendum } from '../forge/addendum.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ADDENDUM-NUMBER',
  title: 'two addenda with one number',
  faults: { sealed: (files, tools) => { addAddendum(files, tools); addAddendum(files, tools, { kind: 'ink-pages' }); } },
  shell: true,
});
