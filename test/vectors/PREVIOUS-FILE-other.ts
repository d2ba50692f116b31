import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PREVIOUS-FILE',
  title: 'a certificate lies among those of earlier ceremonies that no ledger names',
  shell: true,
  faults: {
    follows: true,
    before: (files) => {
      const [path, bytes] = [...files].find(([one]) => one.startsWith('previous/certificates/')) ?? [];
      if (path === undefined || !bytes) throw new Error('the pack before had a certificate');
      files.set(path.replace(/[0-9a-f]{64}/, (name) => `${name.slice(1)}${name[0]}`), bytes);
    },
  },
});
