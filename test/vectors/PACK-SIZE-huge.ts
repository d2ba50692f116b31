import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PACK-SIZE',
  title: 'a file is larger than its kind may be',
  faults: { source: [{ kind: 'size', path: 'approvals/7-alice.p7s', message: 'it has 2000000 bytes; at most 65536 are expected' }] },
});
