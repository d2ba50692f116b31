import { addendumFilePath } from '../../src/pack/layout.ts';
import { addAddendum } from '../forge/addendum.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ADDENDUM-DIGEST',
  title: 'a film that is another than the addendum says, of the same size',
  faults: { sealed: (files, tools) => void files.set(addendumFilePath(addAddendum(files, tools), 'film.mp4'), Buffer.from('THE FILM')) },
  shell: true,
});
