import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CHAIN-READ',
  title: 'the last chain line has a space, and the head is that of the line with it',
  faults: { chainText: (text) => (text.includes('"seq":193') ? text.replace('{', '{ ') : undefined) },
  shell: true,
});
