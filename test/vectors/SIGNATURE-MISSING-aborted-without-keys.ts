import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'SIGNATURE-MISSING',
  title: 'a ceremony said to be aborted before the roll-call, which nobody has signed: whoever makes it needs no key',
  faults: {
    record: { refuse: ({ step }) => step === 'film' },
    sealed: (files) => {
      for (const path of [...files.keys()]) if (path.startsWith('signatures/')) files.delete(path);
    },
    options: { outcome: 'aborted' },
  },
  shell: true,
});
