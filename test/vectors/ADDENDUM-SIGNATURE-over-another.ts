import { addendumSignaturePath } from '../../src/pack/layout.ts';
import { addAddendum } from '../forge/addendum.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ADDENDUM-SIGNATURE',
  title: 'a signature of one addendum that was copied to another',
  faults: { sealed: (files, tools) => { const first = addAddendum(files, tools); const second = addAddendum(files, tools, { number: 2, kind: 'seals', signedBy: [] }); files.set(addendumSignaturePath(second, 'gus'), files.get(addendumSignaturePath(first, 'gus')) ?? Buffer.alloc(0)); } },
  shell: true,
});
