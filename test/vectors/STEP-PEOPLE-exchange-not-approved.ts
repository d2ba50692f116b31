import { approvalOf, beginOf, deviated, inserting } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-PEOPLE',
  title: 'a witness checked a step in the place of another, which the third officer had approved too late',
  faults: {
    record: { spare: true },
    events: chained(
      deviated('lock', { effect: 'exchange', names: ['gus', 'hana'], approvedBy: ['alice', 'bob'] }),
      inserting(beginOf('pack-out'), (_first, events) => {
        const deviation = events.find((event) => event.type === 'deviation')?.seq ?? 0;
        return [approvalOf(events, 'carol', deviation)];
      }),
      changing(
        'step',
        ({ step }) => step === 'publish-out',
        (event) => ({ ...event, check: ['hana'] }),
      ),
    ),
  },
});
