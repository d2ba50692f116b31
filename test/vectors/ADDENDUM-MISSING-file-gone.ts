import { addendumFilePath } from '../../src/pack/layout.ts';
import { addAddendum } from '../forge/addendum.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ADDENDUM-MISSING',
  title: 'a film that the addendum carries is gone',
  faults: { sealed: (files, tools) => void files.delete(addendumFilePath(addAddendum(files, tools), 'film.mp4')) },
  shell: true,
});
