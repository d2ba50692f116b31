import { addAddendum } from '../forge/addendum.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ADDENDUM-PACK',
  title: 'an addendum, whole and signed, of another pack',
  faults: { sealed: (files, tools) => void addAddendum(files, tools, { change: (document) => { document['pack'] = OTHER_DIGEST; } }) },
  shell: true,
});
