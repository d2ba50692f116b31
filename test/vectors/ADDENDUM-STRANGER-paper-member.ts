import { addendumSignaturePath } from '../../src/pack/layout.ts';
import { addAddendum } from '../forge/addendum.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ADDENDUM-STRANGER',
  title: 'somebody without a token has a signature over an addendum',
  faults: { sealed: (files, tools) => { const folder = addAddendum(files, tools); files.set(addendumSignaturePath(folder, 'dana'), files.get(addendumSignaturePath(folder, 'gus')) ?? Buffer.alloc(0)); } },
  shell: true,
});
