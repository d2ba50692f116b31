import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'APPROVAL-STATEMENT',
  title: 'the statement in the pack is not the one that people signed',
  faults: {
    files: (files) => {
      const path = [...files.keys()].find((one) => /^approvals\/\d+\.json$/.test(one)) ?? '';
      files.set(path, Buffer.from(Buffer.from(files.get(path) ?? '').toString().replace('approve', 'decline')));
    },
  },
  shell: true,
});
