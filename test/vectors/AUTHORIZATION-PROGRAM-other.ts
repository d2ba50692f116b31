import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'AUTHORIZATION-PROGRAM',
  title: 'the authorization names another program',
  faults: { authorization: (authorization) => void (authorization['program'] = OTHER_DIGEST) },
});
