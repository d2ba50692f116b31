import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ROSTER-APPROVED',
  title: 'an approval of the change of the roster is by the token of somebody else',
  faults: {
    record: { changing: true },
    sign: (path, content, { tokenOf, signWith }) =>
      path === 'roster/change/bob.p7s' ? signWith(tokenOf('carol'), content) : undefined,
  },
  where: 'roster/change/bob.p7s',
  shell: true,
});
