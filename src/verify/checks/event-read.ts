import { defineCheck } from '../check.ts';
import { eventLine } from '../where.ts';

export const eventRead = defineCheck({
  id: 'EVENT-READ',
  title: 'every event line is canonical JSON with a type, a time and a salt',
  needs: ['eventLines'],
  run({ eventLines }, { report }) {
    for (const { number, problem } of eventLines) if (problem) report(eventLine(number), problem.message);
  },
});
