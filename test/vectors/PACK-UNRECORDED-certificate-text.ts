import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PACK-UNRECORDED',
  title: 'a file lies among the certificates that nobody recorded',
  faults: { files: (files) => void files.set('certificates/other.pem', Buffer.from('x')) },
});
