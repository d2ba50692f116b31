import { roleOf } from '../../plan/plan.ts';
import type { Event } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const stepCalled = defineCheck({
  id: 'STEP-CALLED',
  title:
    'whoever agreed to a deviation, stayed in a pause or ended it, decided, or had the ceremony go on, filled a seat then',
  needs: ['events', 'plan', 'planAt'],
  run({ events, plan, planAt }, { report }) {
    for (const event of events) {
      for (const [what, seat] of namedIn(event)) {
        if (roleOf(planAt(event.seq), seat) !== undefined) continue;
        const why = roleOf(plan, seat) === undefined ? 'whom the plan does not call' : 'who had left by then';
        report(at(event), `"${what}" names "${seat}", ${why}`);
      }
    }
  },
});

function namedIn(event: Event): readonly (readonly [what: string, seat: string])[] {
  const each = (what: string, seats: readonly string[]) => seats.map((seat) => [what, seat] as const);
  switch (event.type) {
    case 'deviation':
      return each('agreed', event.agreed);
    case 'pause':
      return [...each('stays', event.stays), ...each('typedBy', event.typedBy)];
    case 'resume':
      return each('typedBy', event.typedBy);
    case 'decision':
      return each('seat', [event.seat]);
    default:
      return [];
  }
}
