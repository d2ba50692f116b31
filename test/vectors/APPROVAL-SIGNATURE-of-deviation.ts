import { deviated } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'APPROVAL-SIGNATURE',
  title: "an officer's approval of a deviation was signed with another officer's token",
  faults: {
    events: deviated('film'),
    sign: (path, content, { tokenOf, signWith }) =>
      path.endsWith('-dave.p7s') && Buffer.from(content).includes('quorate/deviation-approval/1')
        ? signWith(tokenOf('erin'), content)
        : undefined,
  },
  shell: true,
});
