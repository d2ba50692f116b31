import { requesting } from '../forge/requesting.ts';
import { defineVector } from '../forge/vector.ts';

const PATH = 'requests-made/issuing.csr';

export const vector = defineVector({
  check: 'REQUEST-READ',
  title: 'the request is cut short',
  faults: {
    record: requesting(),
    recorded: (files) => void files.set(PATH, files.get(PATH)?.subarray(0, 100) ?? Buffer.alloc(0)),
  },
  shell: true,
});
