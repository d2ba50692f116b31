import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'AUTHORIZATION-READ',
  title: 'the authorization has a member that the format does not know',
  faults: { authorization: (authorization) => void (authorization['remark'] = 'none') },
});
