import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'AUTHORIZATION-PREVIOUS',
  title: 'the authorization names another pack before this one',
  shell: true,
  faults: { follows: true, authorization: (authorization) => void (authorization['previous'] = OTHER_DIGEST) },
});
