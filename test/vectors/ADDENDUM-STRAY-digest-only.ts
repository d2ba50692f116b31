import { addendumFilePath } from '../../src/pack/layout.ts';
import { addAddendum } from '../forge/addendum.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ADDENDUM-STRAY',
  title: 'a file of which the addendum says that only its digest came',
  faults: { sealed: (files, tools) => void files.set(addendumFilePath(addAddendum(files, tools), 'sound.wav'), Buffer.from('sound.wav')) },
  shell: true,
});
