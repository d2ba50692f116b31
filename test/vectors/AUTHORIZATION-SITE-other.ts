import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'AUTHORIZATION-SITE',
  title: 'the authorization names another site',
  faults: { authorization: (authorization) => void (authorization['site'] = OTHER_DIGEST) },
  shell: true,
});
