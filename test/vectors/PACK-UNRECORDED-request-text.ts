import { requesting } from '../forge/requesting.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PACK-UNRECORDED',
  title: 'a file lies among the requests of this CA that nobody recorded',
  faults: { record: requesting(), files: (files) => void files.set('requests-made/other.pem', Buffer.from('x')) },
});
