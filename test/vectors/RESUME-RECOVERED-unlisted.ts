import { resumed } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'RESUME-RECOVERED',
  title: 'a file lies among those kept aside that no resume lists',
  faults: {
    events: resumed('film'),
    files: (files) => void files.set('recovered/1/notes.txt', Buffer.from('never found')),
  },
});
