import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CRL-READ',
  title: 'the CRL is cut short',
  faults: { recorded: (files) => void files.set('crls/root.crl', files.get('crls/root.crl')?.subarray(0, 100) ?? Buffer.alloc(0)) },
  shell: true,
});
