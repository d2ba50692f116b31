import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PACK-LAYOUT',
  title: 'a file of no known kind lies in the pack',
  faults: { sealed: (files) => void files.set('notes.txt', Buffer.from('later')) },
  shell: true,
});
