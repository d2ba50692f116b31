import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PACK-FILE',
  title: 'a device lies among the files',
  faults: { source: [{ kind: 'special', path: 'views/pipe', message: 'it is neither a file nor a folder' }] },
});
