import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ROSTER-SIGNATURE',
  title: "a member's signature over the roster is another member's",
  faults: { sign: (path, content, { signWith, tokenOf }) => (path === 'roster/alice.p7s' ? signWith(tokenOf('bob'), content) : undefined) },
  shell: true,
});
