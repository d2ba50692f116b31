import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'AUTHORIZATION-ROSTER',
  title: 'the authorization names another roster',
  faults: { authorization: (authorization) => void (authorization['roster'] = OTHER_DIGEST) },
  shell: true,
});
