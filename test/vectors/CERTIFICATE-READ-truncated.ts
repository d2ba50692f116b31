import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-READ',
  title: 'the certificate is cut short',
  faults: { recorded: (files) => void files.set('certificates/root.crt', files.get('certificates/root.crt')?.subarray(0, 100) ?? Buffer.alloc(0)) },
  shell: true,
});
