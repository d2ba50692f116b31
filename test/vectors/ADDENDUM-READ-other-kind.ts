import { addAddendum } from '../forge/addendum.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ADDENDUM-READ',
  title: 'a folder that gives itself another kind than the addendum in it',
  faults: { sealed: (files, tools) => void addAddendum(files, tools, { change: (document) => { document['kind'] = 'ink-pages'; } }) },
  shell: true,
});
