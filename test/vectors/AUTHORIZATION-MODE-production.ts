import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'AUTHORIZATION-MODE',
  title: 'a rehearsal was run under an authorization for production',
  faults: { authorization: (authorization) => void (authorization['mode'] = 'production') },
});
