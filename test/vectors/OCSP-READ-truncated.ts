import { answering } from '../forge/answering.ts';
import { defineVector } from '../forge/vector.ts';

const PATH = 'ocsp/answers.ors';

export const vector = defineVector({
  check: 'OCSP-READ',
  title: 'the OCSP response is cut short',
  faults: {
    record: answering(),
    recorded: (files) => void files.set(PATH, files.get(PATH)?.subarray(0, 100) ?? Buffer.alloc(0)),
  },
  shell: true,
});
