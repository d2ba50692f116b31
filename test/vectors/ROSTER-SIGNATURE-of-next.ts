import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ROSTER-SIGNATURE',
  title: 'the signature of a member over the roster that took the place of another is over the one before',
  faults: {
    record: { changing: true },
    sign: (path, _content, { tokenOf, signWith }) =>
      path === 'roster/next/gus.p7s' ? signWith(tokenOf('gus'), Buffer.from('another roster')) : undefined,
  },
  where: 'roster/next/gus.p7s',
  shell: true,
});
