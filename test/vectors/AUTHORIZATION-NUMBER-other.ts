import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'AUTHORIZATION-NUMBER',
  title: 'the authorization is for the next ceremony',
  faults: { authorization: (authorization) => void (authorization['ceremony'] = 2) },
});
