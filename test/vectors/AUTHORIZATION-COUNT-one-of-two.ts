import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'AUTHORIZATION-COUNT',
  title: 'only one of two needed people signed the authorization',
  faults: { files: (files) => void files.delete('authorization/authority-2.p7s') },
  shell: true,
});
