import { unchanged } from '../forge/unchanged.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STATEMENT-SIGNATURE',
  title: 'who was to get another token has signed its enrolment with the old one, in a ceremony that changed no roster',
  faults: {
    ...unchanged('renews'),
    sign: (path, content, { tokenOf, signWith }) =>
      path === 'statements/new-token.dave.p7s' ? signWith(tokenOf('dave'), content) : undefined,
  },
  where: 'statements/new-token.dave.p7s',
  shell: true,
});
