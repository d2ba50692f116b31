import { answering } from '../forge/answering.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OCSP-COPIES',
  title: 'a request finds another response than the one that was signed about its certificate',
  faults: {
    record: answering(),
    recorded: (files) => {
      const other = files.get('ocsp/own-answers.ors') as Uint8Array;
      const asked = [...files.keys()].find((path) => path.startsWith('publish/ocsp/M')) ?? '';
      files.set(asked, other);
    },
  },
  shell: true,
});
