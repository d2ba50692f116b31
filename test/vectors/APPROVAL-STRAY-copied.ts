import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'APPROVAL-STRAY',
  title: 'an approval was copied under the name of another officer',
  faults: {
    files: (files) => {
      const path = [...files.keys()].find((one) => /^approvals\/\d+-carol\.p7s$/.test(one)) ?? '';
      files.set(path.replace(/\d+-carol/, '5-dave'), files.get(path) ?? Buffer.alloc(0));
    },
  },
});
