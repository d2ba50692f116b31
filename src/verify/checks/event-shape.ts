import { CeremonyError } from '../../base/errors.ts';
import { defineCheck } from '../check.ts';
import { checkEventShape } from '../event-shape.ts';
import { eventLine } from '../where.ts';

export const eventShape = defineCheck({
  id: 'EVENT-SHAPE',
  title: 'every event has the members of its type, each of its form, and no other',
  needs: ['eventLines'],
  run({ eventLines }, { report }) {
    for (const { number, event } of eventLines) {
      if (!event) continue;
      try {
        checkEventShape(event, number);
      } catch (error) {
        if (!(error instanceof CeremonyError)) throw error;
        report(eventLine(number), error.message);
      }
    }
  },
});
