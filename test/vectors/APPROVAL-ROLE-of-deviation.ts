import { deviated } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'APPROVAL-ROLE',
  title: 'the witness approved a deviation',
  faults: {
    events: (events) => {
      const edited = deviated('film')(events);
      const deviation = edited.find((event) => event.type === 'deviation')?.seq;
      return chained(
        changing(
          'approval',
          (event) => event.proposal === deviation && event.seat === 'dave',
          (event) => ({ ...event, seat: 'gus', token: 'token-8' }),
        ),
      )(edited);
    },
  },
  shell: true,
});
