import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PACK-NAME',
  title: 'a file name holds a line feed',
  faults: { source: [{ kind: 'name', path: 'root.crt\\u{A}', message: 'the name has other characters' }] },
});
