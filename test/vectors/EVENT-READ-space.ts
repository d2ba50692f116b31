import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'EVENT-READ',
  title: 'an event line has a space, and everything is chained over it',
  faults: { eventLine: (text) => (text.includes('"type":"close"') ? text.replace('{', '{ ') : undefined) },
});
