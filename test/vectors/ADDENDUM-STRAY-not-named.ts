import { addendumFilePath } from '../../src/pack/layout.ts';
import { addAddendum } from '../forge/addendum.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ADDENDUM-STRAY',
  title: 'a file that the addendum does not name',
  faults: { sealed: (files, tools) => void files.set(addendumFilePath(addAddendum(files, tools), 'other.mp4'), Buffer.from('another film')) },
  shell: true,
});
