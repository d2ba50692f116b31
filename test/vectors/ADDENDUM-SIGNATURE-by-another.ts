import { addendumSignaturePath } from '../../src/pack/layout.ts';
import { addAddendum } from '../forge/addendum.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ADDENDUM-SIGNATURE',
  title: "a member's signature over an addendum is another member's",
  faults: { sealed: (files, tools) => void files.set(addendumSignaturePath(addAddendum(files, tools), 'bob'), files.get(addendumSignaturePath('addenda/01-video', 'alice')) ?? Buffer.alloc(0)) },
  shell: true,
});
