import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'AUTHORIZATION-WINDOW',
  title: 'the ceremony was held after the authorized window',
  faults: { authorization: (authorization) => void (authorization['notAfter'] = '2027-03-10T08:59:59Z') },
});
