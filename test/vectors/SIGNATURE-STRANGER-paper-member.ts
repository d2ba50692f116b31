import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'SIGNATURE-STRANGER',
  title: 'somebody without a token has a signature over the manifest',
  faults: { sealed: (files) => void files.set('signatures/dana.p7s', files.get('signatures/alice.p7s') ?? Buffer.alloc(0)) },
  shell: true,
});
