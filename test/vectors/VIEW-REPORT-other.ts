import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'VIEW-REPORT',
  title: 'the report is not what the pack renders to',
  faults: { sealed: (files) => void files.set('views/report.pdf', Buffer.from('%PDF of something else')) },
});
