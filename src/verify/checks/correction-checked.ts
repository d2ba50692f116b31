import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const correctionChecked = defineCheck({
  id: 'CORRECTION-CHECKED',
  title: 'a correction of an answer that somebody checked was checked by another person too',
  needs: ['events'],
  run({ events }, { report }) {
    const checked = new Set(
      events.flatMap((event) => (event.type === 'answer' && event.checkedBy.length > 0 ? [event.seq] : [])),
    );
    for (const event of events) {
      if (event.type !== 'correction' || !checked.has(event.answer)) continue;
      if (!event.checkedBy.some((seat) => seat !== event.seat))
        report(at(event), `nobody but "${event.seat}" checked it, and the answer in event ${event.answer} was checked`);
    }
  },
});
