import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'AUTHORIZATION-SCRIPT',
  title: 'the authorization names another script',
  faults: { authorization: (authorization) => void (authorization['script'] = OTHER_DIGEST) },
  shell: true,
});
