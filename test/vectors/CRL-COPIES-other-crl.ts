import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CRL-COPIES',
  title: 'the published CRL is not the one that was signed',
  faults: { recorded: (files) => void files.set('publish/root.crl', Buffer.from('none')) },
  shell: true,
});
