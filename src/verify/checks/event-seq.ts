import { defineCheck } from '../check.ts';
import { eventLine } from '../where.ts';

export const eventSeq = defineCheck({
  id: 'EVENT-SEQ',
  title: 'the event in line i says that it is i',
  needs: ['eventLines'],
  run({ eventLines }, { report }) {
    for (const { number, event } of eventLines) {
      if (event && event.seq !== number) report(eventLine(number), `"seq" is ${JSON.stringify(event.seq)}`);
    }
  },
});
