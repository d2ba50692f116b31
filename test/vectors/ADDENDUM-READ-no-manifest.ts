import { addendumPath } from '../../src/pack/layout.ts';
import { addAddendum } from '../forge/addendum.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ADDENDUM-READ',
  title: 'files of an addendum, and nothing that says what they are',
  faults: { sealed: (files, tools) => void files.delete(addendumPath(addAddendum(files, tools, { signedBy: [] }))) },
  shell: true,
});
