import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'AUTHORIZATION-SIGNATURE',
  title: 'a crypto officer signed the authorization',
  faults: { files: (files) => void files.set('authorization/alice.p7s', files.get('authorization/authority-1.p7s') ?? Buffer.alloc(0)) },
  shell: true,
});
