import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'AUTHORIZATION-TOKEN',
  title: 'the authorization does not name the token of somebody who approved',
  faults: {
    authorization: (authorization) => {
      authorization['tokens'] = (authorization['tokens'] as { serial: string }[]).filter((token) => token.serial !== 'token-3');
    },
  },
});
